"""Answers scans with the Django ORM, on every database that Django knows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Aggregate, BigIntegerField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.expressions import CombinedExpression

from visits.models import Hit, HitKind, Visit
from visits.reports.scan import Fact, Key, Scan, Sums

SECONDS_PER_HOUR = 3_600

# Booleans are counted, because PostgreSQL does not add them up; by themselves, so that the index is
# enough.
SUMS: dict[Fact, dict[str, Aggregate]] = {
    Fact.VISIT: {
        "visitors": Count("is_first", filter=Q(is_first=True)),
        "visits": Count("*"),
        "pageviews": Sum("pageviews"),
        "events": Sum("events"),
        "bounces": Count("is_bounce", filter=Q(is_bounce=True)),
        "duration_seconds": Sum("duration_seconds"),
        "distinct_visitors": Count("visitor", distinct=True),
    },
    Fact.PAGEVIEW: {
        "visitors": Count("is_first_view", filter=Q(is_first_view=True)),
        "pageviews": Count("*"),
        "distinct_visitors": Count("visit__visitor", distinct=True),
    },
    Fact.EVENT: {
        "events": Count("*"),
        "distinct_visitors": Count("visit__visitor", distinct=True),
    },
}


def scan_facts(scan: Scan) -> dict[Key, Sums]:
    """Return the sums by the values of the group columns, in one statement.

    Without group columns there is one row, of zeros when there are no facts.
    """
    # Names of their own: an annotation must not be called like a field.
    sums = {f"sum_{name}": SUMS[scan.fact][name] for name in scan.sums}
    facts = _with_hours(_facts(scan), scan)
    if not scan.group_by:
        totals = facts.aggregate(**sums)
        return {(): tuple(totals[name] or 0 for name in sums)}
    rows = facts.values(*scan.group_by).annotate(**sums).values_list(*scan.group_by, *sums)
    width = len(scan.group_by)
    return {row[:width]: row[width:] for row in rows.order_by()}


def _facts(scan: Scan) -> QuerySet[Any]:
    """Return the rows that the scan looks at. Site and day come first in both report indexes."""
    facts: QuerySet[Any] = Visit.objects.all() if scan.fact is Fact.VISIT else Hit.objects.all()
    facts = facts.filter(site__in=scan.site_ids, day__gte=scan.first_day, day__lte=scan.last_day)
    if scan.fact is not Fact.VISIT:
        is_view = scan.fact is Fact.PAGEVIEW
        facts = facts.filter(kind=HitKind.PAGEVIEW if is_view else HitKind.EVENT)
    for condition in scan.only:
        facts = facts.filter(**{f"{condition.column}__in": condition.values})
    return facts


def _with_hours(facts: QuerySet[Any], scan: Scan) -> QuerySet[Any]:
    if scan.hours_from is None:
        return facts
    instant = "started_at" if scan.fact is Fact.VISIT else "at"
    hours: QuerySet[Any] = facts.annotate(hour=_whole_hours(instant, scan.hours_from))
    return hours


def _whole_hours(instant: str, since: dt.datetime) -> CombinedExpression:
    """Return the hours from `since` to an instant: both are seconds, and integers divide to integers."""
    integer = BigIntegerField()
    seconds = CombinedExpression(
        F(instant), "-", Value(int(since.timestamp()), integer), output_field=integer
    )
    return CombinedExpression(seconds, "/", Value(SECONDS_PER_HOUR, integer), output_field=integer)
