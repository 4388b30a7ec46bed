"""Refusals: a request that is understood but not counted, for one named reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from visits.models import Refusal, RefusalReason

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a hit of a site was not counted. `at` is in epoch seconds."""

    site_id: int
    reason: RefusalReason
    at: int


def count_refusals(refusals: Sequence[Refused]) -> None:
    """Add the refusals to the counts of their site, hour and reason, in one transaction."""
    counts = Counter(
        (refused.site_id, refused.at - refused.at % SECONDS_PER_HOUR, refused.reason)
        for refused in refusals
    )
    with transaction.atomic():
        # Sorted, so that two processes take the row locks in the same order.
        for (site_id, hour, reason), count in sorted(counts.items()):
            row, is_new = Refusal.objects.get_or_create(
                site_id=site_id, hour_at=hour, reason=reason, defaults={"count": count}
            )
            if not is_new:
                Refusal.objects.filter(pk=row.pk).update(count=F("count") + count)
