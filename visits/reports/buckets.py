"""Cuts a period into the hours, days or months of a site's time zone."""

from __future__ import annotations

import datetime as dt
import math
from zoneinfo import ZoneInfo

from visits.reports.period import ONE_DAY, Interval, Period, add_months
from visits.reports.results import Bucket

ONE_HOUR = dt.timedelta(hours=1)


def cut(period: Period, interval: Interval, zone: ZoneInfo, now: dt.datetime) -> tuple[Bucket, ...]:
    """Return the buckets of a period in their order, without gaps, future ones included.

    Hours are sixty minutes from midnight: 23 or 25 of them when clocks change, and where they change
    by half an hour the last is half as long. The first and the last month may be cut by the period.
    """
    buckets = []
    for start, end, is_cut in _spans(period, interval, zone):
        buckets.append(
            Bucket(
                start.astimezone(zone),
                end.astimezone(zone),
                is_partial=is_cut or start <= now < end,
                is_future=start > now,
            )
        )
    return tuple(buckets)


def day_start(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the instant in which a day begins in a zone, in UTC.

    Where clocks jump over midnight, the day begins with the jump; where midnight comes twice, with the
    first.
    """
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC)


def bucket_count(period: Period, interval: Interval, zone: ZoneInfo) -> int:
    match interval:
        case Interval.HOUR:
            length = day_start(period.end + ONE_DAY, zone) - day_start(period.start, zone)
            # One at least: Samoa had no 30 December 2011.
            return max(1, math.ceil(length / ONE_HOUR))
        case Interval.DAY:
            return period.day_count
        case _:
            return months_between(period.start, period.end) + 1


def months_between(start: dt.date, end: dt.date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _spans(
    period: Period, interval: Interval, zone: ZoneInfo
) -> list[tuple[dt.datetime, dt.datetime, bool]]:
    """Return begin and end of each bucket, in UTC, and whether the period cuts it."""
    numbers = range(bucket_count(period, interval, zone))
    match interval:
        case Interval.HOUR:
            midnight, end = day_start(period.start, zone), day_start(period.end + ONE_DAY, zone)
            hours = [midnight + number * ONE_HOUR for number in numbers]
            return [(hour, min(hour + ONE_HOUR, end), False) for hour in hours]
        case Interval.DAY:
            return [
                (day_start(day, zone), day_start(day + ONE_DAY, zone), False)
                for day in period.days()
            ]
        case _:
            first = period.start.replace(day=1)
            months = [add_months(first, number) for number in numbers]
            return [_month_span(month, period, zone) for month in months]


def _month_span(
    month: dt.date, period: Period, zone: ZoneInfo
) -> tuple[dt.datetime, dt.datetime, bool]:
    start, end = max(month, period.start), min(add_months(month, 1), period.end + ONE_DAY)
    is_cut = (start, end) != (month, add_months(month, 1))
    return day_start(start, zone), day_start(end, zone), is_cut
