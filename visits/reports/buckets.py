"""Cuts a period into the minutes, hours, days, weeks or months of a site's time zone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from sites.clock import day_start
from visits.reports.days import (
    ONE_DAY,
    ONE_HOUR,
    ONE_MINUTE,
    add_months,
    monday_of,
    months_between,
)
from visits.reports.interval import Interval
from visits.reports.period import Period
from visits.reports.results import Bucket

__all__ = ["bucket_count", "bucket_numbers", "cut", "day_start", "edge_minutes", "months_between"]

# The parts of a day; they are counted from its first instant.
UNITS = {Interval.MINUTE: ONE_MINUTE, Interval.HOUR: ONE_HOUR}
# A page asks several times for the same period.
REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Span:
    """A bucket without the clock: instants in UTC, and whether the period cuts it."""

    start: dt.datetime
    end: dt.datetime
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The buckets of a day: its unit 0 is, or would be, in bucket `base`; it has those from first to last."""

    base: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cutting:
    spans: tuple[Span, ...]
    places: Mapping[dt.date, Place]


def cut(period: Period, interval: Interval, zone: ZoneInfo, now: dt.datetime) -> tuple[Bucket, ...]:
    """Return the buckets of a period in their order, without gaps, future ones included; one at least.

    Hours are sixty minutes from the day's beginning: 23 or 25 of them when clocks change, and where they
    change by half an hour the last is half as long. The first and the last bucket may be cut by the
    period. A day that never was has none.
    """
    return tuple(
        Bucket(
            span.start.astimezone(zone),
            span.end.astimezone(zone),
            is_partial=span.is_cut or span.start <= now < span.end,
            is_future=span.start > now,
        )
        for span in _cutting(period, interval, zone).spans
    )


def bucket_count(period: Period, interval: Interval, zone: ZoneInfo) -> int:
    return len(_cutting(period, interval, zone).spans)


def bucket_numbers(
    period: Period, interval: Interval, zone: ZoneInfo
) -> Callable[[dt.date, int], int]:
    """Return a function that tells the number of the bucket, from 0, in which something happened.

    It takes a day of the period and the number of the minute (for minutes) or of the hour (for hours),
    counted from 0 and from the day's beginning; for longer intervals the second argument means nothing.
    What is beyond the day's buckets is in its last one, what is before them in its first. Raises
    KeyError for another day.
    """
    places = _cutting(period, interval, zone).places

    def number(day: dt.date, unit: int = 0) -> int:
        place = places[day]
        return min(max(place.base + unit, place.first), place.last)

    return number


def edge_minutes(period: Period, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """Return `since` as a minute of the first day and `until` as one of the last, None where not cut.

    Minutes are counted from the day's beginning; the first is included, the second is not.
    """
    return (
        None if period.since is None else _minute(period.since, period.start, zone),
        None if period.until is None else _minute(period.until, period.end, zone),
    )


def _minute(instant: dt.datetime, day: dt.date, zone: ZoneInfo) -> int:
    return (instant - day_start(day, zone)) // ONE_MINUTE


@lru_cache(maxsize=REMEMBERED)
def _cutting(period: Period, interval: Interval, zone: ZoneInfo) -> Cutting:
    cutting = _of_units if interval in UNITS else _of_days
    spans, places = cutting(period, interval, zone)
    if not spans:
        # Samoa had no 30 December 2011; and at midnight nothing of the day has elapsed.
        since, _ = _edges(period, zone)
        spans = [Span(since, since)]
    return Cutting(tuple(spans), places)


def _edges(period: Period, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instant of a period and the one after its last."""
    since = period.since or day_start(period.start, zone)
    until = period.until or day_start(period.end + ONE_DAY, zone)
    return since.astimezone(dt.UTC), until.astimezone(dt.UTC)


def _of_units(
    period: Period, interval: Interval, zone: ZoneInfo
) -> tuple[list[Span], dict[dt.date, Place]]:
    unit, (since, until) = UNITS[interval], _edges(period, zone)
    spans: list[Span] = []
    places = {}
    for day in period.days():
        start, end = day_start(day, zone), day_start(day + ONE_DAY, zone)
        skipped = max(0, (since - start) // unit)
        first = len(spans)
        for number in range(skipped, math.ceil((min(end, until) - start) / unit)):
            begin = start + number * unit
            whole = min(begin + unit, end)
            spans.append(_clip(begin, whole, since, until))
        last = max(len(spans) - 1, 0)
        places[day] = Place(first - skipped, min(first, last), last)
    return spans, places


def _of_days(
    period: Period, interval: Interval, zone: ZoneInfo
) -> tuple[list[Span], dict[dt.date, Place]]:
    since, until = _edges(period, zone)
    spans: list[Span] = []
    places = {}
    for first, following in _pieces(period, interval):
        begin, end = day_start(first, zone), day_start(following, zone)
        if max(begin, since) < min(end, until):
            spans.append(_clip(begin, end, since, until))
        number = max(len(spans) - 1, 0)
        day = max(first, period.start)
        while day < following and day <= period.end:
            places[day] = Place(number, number, number)
            day += ONE_DAY
    return spans, places


def _clip(begin: dt.datetime, end: dt.datetime, since: dt.datetime, until: dt.datetime) -> Span:
    return Span(max(begin, since), min(end, until), is_cut=begin < since or end > until)


def _pieces(period: Period, interval: Interval) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the whole days, weeks or months that a period touches: the first day, and the one after."""
    first = _first_of(period.start, interval)
    while first <= period.end:
        following = _following(first, interval)
        yield first, following
        first = following


def _first_of(day: dt.date, interval: Interval) -> dt.date:
    match interval:
        case Interval.WEEK:
            return monday_of(day)
        case Interval.MONTH:
            return day.replace(day=1)
        case _:
            return day


def _following(first: dt.date, interval: Interval) -> dt.date:
    match interval:
        case Interval.WEEK:
            return first + 7 * ONE_DAY
        case Interval.MONTH:
            return add_months(first, 1)
        case _:
            return first + ONE_DAY
