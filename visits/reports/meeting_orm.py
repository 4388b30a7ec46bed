"""Answers questions about several kinds of hits with the Django ORM: one statement for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Sum

from visits.reports.meeting import Meeting, MeetingScan
from visits.reports.scan import Key, Ranges, Sums
from visits.reports.scan_orm import hits_of_visits, is_like

CURRENCY = "revenues__currency"


def meet_orm(scan: MeetingScan, days: Ranges) -> dict[Key, Sums]:
    """Return the sums over these ranges of days."""
    kinds = [
        reduce(or_, (is_like(like, scan.visits) for like in dict.fromkeys(likes)))
        for likes in scan.kinds
    ]
    hits = hits_of_visits(scan.visits, days).filter(reduce(or_, kinds))
    if isinstance(scan, Meeting):
        return {(): tuple(hits.aggregate(**_meetings(kinds)).values())}
    sums = _earnings(kinds)
    paid = hits.filter(revenues__site__in=scan.visits.site_ids).values(CURRENCY).annotate(**sums)
    rows = paid.values_list(CURRENCY, *sums).order_by()
    return {(currency,): tuple(number or 0 for number in numbers) for currency, *numbers in rows}


def _meetings(kinds: Sequence[Q]) -> dict[str, Count]:
    sums = {}
    for place, kind in enumerate(kinds):
        sums[f"visitors_{place}"] = Count("visit__visitor", distinct=True, filter=kind)
        sums[f"hits_{place}"] = Count("pk", filter=kind)
    return sums


def _earnings(kinds: Sequence[Q]) -> dict[str, Count | Sum]:
    sums: dict[str, Count | Sum] = {}
    for place, kind in enumerate(kinds):
        sums[f"payments_{place}"] = Count("pk", filter=kind)
        sums[f"micros_{place}"] = Sum("revenues__amount_micros", filter=kind)
    return sums
