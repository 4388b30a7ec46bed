"""Days, months and times of day in a site's time zone, and the instants in which they are.

Instants are in UTC, because Python compares and subtracts times of one zone by what its clocks show.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sites.clock import day_start

ONE_MINUTE = dt.timedelta(minutes=1)
ONE_HOUR = dt.timedelta(hours=1)
ONE_DAY = dt.timedelta(days=1)
MONTHS_OF_YEAR = 12


def local_day(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    return instant.astimezone(zone).date()


def local_minute(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return the whole minute that clocks show, in the site's zone."""
    return instant.astimezone(zone).replace(second=0, microsecond=0)


def at_offset(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return an instant as clocks show it, with its offset alone: so it can be compared and subtracted."""
    local = instant.astimezone(zone)
    return local.replace(tzinfo=dt.timezone(local.utcoffset() or dt.timedelta()), fold=0)


def unit_start(instant: dt.datetime, unit: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """Return when the hour or minute of an instant began; both are counted from the day's beginning."""
    start = day_start(local_day(instant, zone), zone)
    return start + (instant - start) // unit * unit


def unit_end(instant: dt.datetime, unit: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """Return when the hour or minute of an instant ends: at the latest with its day."""
    following = day_start(local_day(instant, zone) + ONE_DAY, zone)
    return min(unit_start(instant, unit, zone) + unit, following)


def units_before(start: dt.datetime, count: int, unit: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """Return the beginning of the hour or minute that many before the one that begins with `start`."""
    for _ in range(count):
        start = unit_start(start - dt.timedelta(seconds=1), unit, zone)
    return start


def monday_of(day: dt.date) -> dt.date:
    """Return the first day of the ISO week."""
    return day - day.weekday() * ONE_DAY


def add_months(first_of_month: dt.date, months: int) -> dt.date:
    """Return the first day of the month that many months later, or earlier when negative."""
    number = first_of_month.year * MONTHS_OF_YEAR + first_of_month.month - 1 + months
    year, month = divmod(number, MONTHS_OF_YEAR)
    return dt.date(year, month + 1, 1)


def months_between(start: dt.date, end: dt.date) -> int:
    """Return how many months later the month of `end` is than that of `start`."""
    return (end.year - start.year) * MONTHS_OF_YEAR + end.month - start.month


def year_before(day: dt.date) -> dt.date:
    """Return the same date a year before; of 29 February, the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
