"""When a day begins in a time zone, and when clocks show a time there.

Needs no settings of Django: workers elsewhere import it. Instants are in UTC, because Python compares and
subtracts times of one zone by what its clocks show.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from zoneinfo import ZoneInfo

NO_TIME = dt.timedelta()


def day_start(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the instant in which a day begins.

    Where clocks jump over midnight, the day begins with the jump; where midnight comes twice, with the
    first. A day that never was begins, and ends, with the day after it.
    """
    return clock_instant(day, dt.time(), zone)


def clock_instant(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Return the instant in which clocks show a time of a day; where they jump over it, the jump.

    Of a time that comes twice, `time.fold` chooses: the first unless it is 1.
    """
    shown = dt.datetime.combine(day, time, zone)
    before, after = shown.replace(fold=0), shown.replace(fold=1)
    if _offset(before) < _offset(after):
        return _jump(int(after.timestamp()), int(before.timestamp()), zone)
    return shown.astimezone(dt.UTC)


def _jump(before: int, after: int, zone: ZoneInfo) -> dt.datetime:
    """Return the instant between two, in seconds since 1970, in which clocks were put forward."""
    later = dt.datetime.fromtimestamp(after, zone).utcoffset()
    seconds = range(before, after + 1)
    place = bisect_left(
        seconds, True, key=lambda at: dt.datetime.fromtimestamp(at, zone).utcoffset() == later
    )
    return dt.datetime.fromtimestamp(seconds[place], dt.UTC)


def _offset(local: dt.datetime) -> dt.timedelta:
    return local.utcoffset() or NO_TIME
