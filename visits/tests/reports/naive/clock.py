"""Days and minutes of a time zone, found by trying and counting."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)


def local_date(at: int, zone: ZoneInfo) -> dt.date:
    return dt.datetime.fromtimestamp(at, zone).date()


@cache
def first_second(day: dt.date, zone: ZoneInfo) -> int:
    """Return the first second whose local date is the day, by trying every quarter of an hour."""
    noon = int(dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC).timestamp())
    quarters = range(noon - 40 * 3600, noon + 40 * 3600, 900)
    return next(at for at in quarters if local_date(at, zone) == day)


def minute_number(at: int, day: dt.date, zone: ZoneInfo) -> int:
    """Return how many whole minutes of the day have gone by.

    What happens after the day belongs to its last minute, what happened before it to the first.
    """
    begin, end = first_second(day, zone), first_second(day + ONE_DAY, zone)
    if at < begin:
        return 0
    if at >= end:
        return (end - begin) // 60 - 1
    return (at - begin) // 60


def hour_number(at: int, day: dt.date, zone: ZoneInfo) -> int:
    return minute_number(at, day, zone) // 60


def clock_hour(at: int, day: dt.date, zone: ZoneInfo) -> int:
    """Return the hour that a clock on the wall shows in that minute of the day."""
    minute = first_second(day, zone) + 60 * minute_number(at, day, zone)
    return dt.datetime.fromtimestamp(minute, zone).hour


def same_clock(at: int, day: dt.date, zone: ZoneInfo) -> int:
    """Return the second of another day in which clocks show the hour and minute that they show at `at`.

    Where they jump over it, the jump; where they show it twice, the coming that it is at `at`.
    """
    now = dt.datetime.fromtimestamp(at, zone)
    shown, following = (now.hour, now.minute), first_second(day + ONE_DAY, zone)
    minutes = range(first_second(day, zone), following, 60)
    clocks = {second: dt.datetime.fromtimestamp(second, zone) for second in minutes}
    same = [at for at, clock in clocks.items() if (clock.hour, clock.minute) == shown]
    if same:
        return same[-1] if now.fold else same[0]
    later = (at for at, clock in clocks.items() if (clock.hour, clock.minute) > shown)
    return next(later, following)
