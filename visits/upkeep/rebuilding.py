"""Having days made anew: their sums and their rows in the archive, whether they changed or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from sites.models import Site
from visits.models import SiteDay


def rebuild_days(sites: Iterable[Site], first_day: dt.date, last_day: dt.date) -> int:
    """Let upkeep close days anew, within ten minutes; reports ask the facts of them until then.

    Return how many days. Those whose facts are gone stay as they are: nobody could make them again.
    """
    count = 0
    for site in sites:
        days = SiteDay.objects.filter(
            site=site,
            day__range=(first_day, last_day),
            is_pruned=False,
            closed_changes__isnull=False,
        )
        with transaction.atomic():
            count += days.count()
            days.mark_changed()
    return count
