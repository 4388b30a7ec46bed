"""Metrics by the minutes, hours, days, weeks and months in which something is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from visits.tests.reports.naive.clock import first_second, minute_number
from visits.tests.reports.naive.dimensions import monday
from visits.tests.reports.naive.filters import Counted
from visits.tests.reports.naive.metrics import Row, metrics_of, revenue_of, view_metrics
from visits.tests.reports.naive.visits import PlainVisit, Who

# By date, or by the second in which an hour or a minute begins.
BucketKey = dt.date | int
MINUTES = {"minute": 1, "hour": 60}


def series(counted: Sequence[Counted], interval: str) -> dict[BucketKey, Row]:
    """Return the metrics of each bucket in which something is.

    By the day and longer, all is said of the visits that began then. By the hour and the minute, views
    and events are in the bucket in which they happened, and visitors in that of their first visit.
    """
    if interval in MINUTES:
        return _parts_of_days(counted, interval)
    groups: dict[BucketKey, list[Counted]] = {}
    for one in counted:
        groups.setdefault(_date_of_bucket(one.visit.day, interval), []).append(one)
    return {
        key: metrics_of(group) | {"revenue": revenue_of(group)} for key, group in groups.items()
    }


def first_visits(visits: Iterable[PlainVisit]) -> dict[Who, PlainVisit]:
    """Return of each visitor the visit that was told of before all others."""
    first: dict[Who, PlainVisit] = {}
    for visit in visits:
        known = first.get(visit.who)
        if known is None or visit.hits[0].number < known.hits[0].number:
            first[visit.who] = visit
    return first


def _parts_of_days(counted: Sequence[Counted], interval: str) -> dict[BucketKey, Row]:
    began: dict[BucketKey, list[Counted]] = {}
    hits: dict[BucketKey, list[Counted]] = {}
    for one in counted:
        key = _second_of_bucket(one.visit.began, one.visit, interval)
        began.setdefault(key, []).append(one)
        for view in one.views:
            key = _second_of_bucket(view.sent.at, one.visit, interval)
            hits.setdefault(key, []).append(Counted(one.visit, views=[view]))
        for event in one.events:
            key = _second_of_bucket(event.sent.at, one.visit, interval)
            hits.setdefault(key, []).append(Counted(one.visit, events=[event]))
    first = first_visits(one.visit for one in counted)
    return {
        key: _part_of_day(began.get(key, []), hits.get(key, []), first)
        for key in began.keys() | hits.keys()
    }


def _part_of_day(
    began: Sequence[Counted], hits: Sequence[Counted], first: dict[Who, PlainVisit]
) -> Row:
    return (
        metrics_of(began)
        | view_metrics([view for one in hits for view in one.views])
        | {
            "visitors": sum(first[one.visit.who] is one.visit for one in began),
            "events": sum(len(one.events) for one in hits),
            "revenue": revenue_of(hits),
        }
    )


def _date_of_bucket(day: dt.date, interval: str) -> dt.date:
    return {"day": day, "week": monday(day), "month": day.replace(day=1)}[interval]


def _second_of_bucket(at: int, visit: PlainVisit, interval: str) -> int:
    number = minute_number(at, visit.day, visit.zone) // MINUTES[interval]
    return first_second(visit.day, visit.zone) + number * MINUTES[interval] * 60
