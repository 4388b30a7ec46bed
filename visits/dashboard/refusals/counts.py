"""How often hits were refused lately, by reason: beside the rules that are the reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.urls import reverse

from sites.models import Site
from visits.dashboard.refusals.views import MONTH_DAYS
from visits.dashboard.refusals.words import COUNTING, REFUSAL_WORDS
from visits.models import Refusal, RefusalReason


@dataclass(frozen=True, slots=True)
class Refused:
    """Requests that were refused for a reason in thirty days, as `url` counts them, too."""

    label: str
    count: int
    url: str


def refusal_counts(site: Site, now: dt.datetime) -> dict[str, int]:
    """Return the requests that were refused in thirty days by reason, with one statement."""
    first_day = site.day_of(now) - dt.timedelta(days=MONTH_DAYS - 1)
    start = dt.datetime.combine(first_day, dt.time(), site.zone)
    rows = Refusal.objects.filter(site=site, hour_at__gte=start).values("reason")
    return {row["reason"]: row["total"] for row in rows.annotate(total=Sum("count")).order_by()}


def refused_for(site: Site, counts: Mapping[str, int], reason: str) -> Refused:
    url = f"{reverse('site_refusals', args=[site.pk])}?reason={reason}#samples"
    return Refused(str(RefusalReason(reason).label), counts.get(reason, 0), url)


def refused_in_counting(site: Site, counts: Mapping[str, int]) -> list[Refused]:
    """Return what was refused for the reasons that hostnames and switches decide, without zeros."""
    return [
        refused_for(site, counts, reason)
        for reason, words in REFUSAL_WORDS.items()
        if words.section == COUNTING and counts.get(reason)
    ]
