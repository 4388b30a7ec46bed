"""The instants in which a schedule has a report sent. Knows no database."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sites.clock import clock_instant
from visits.models import Schedule

# From one day of a rhythm to the next, and to find it before and after days that never were.
SEARCHED_DAYS = 70
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """On which days at what time, by the clocks of which zone."""

    rhythm: Schedule.Rhythm
    weekday: int
    day_of_month: int
    time: dt.time
    zone: ZoneInfo

    def has(self, day: dt.date) -> bool:
        """Tell whether it is a day of the rhythm; a month that is too short has its last one."""
        match self.rhythm:
            case Schedule.Rhythm.WEEKLY:
                return day.weekday() == self.weekday
            case Schedule.Rhythm.MONTHLY:
                _, last_day = calendar.monthrange(day.year, day.month)
                return day.day == min(self.day_of_month, last_day)
        return True


def timing_of(schedule: Schedule, zone: ZoneInfo) -> Timing:
    rhythm = Schedule.Rhythm(schedule.rhythm)
    return Timing(rhythm, schedule.weekday, schedule.day_of_month, schedule.time, zone)


def latest_slot(timing: Timing, now: dt.datetime) -> dt.datetime:
    """Return the last slot until now, in UTC."""
    today = now.astimezone(timing.zone).date()
    return next(slot for slot in _slots(timing, today + DAY, -DAY) if slot <= now)


def next_slot(timing: Timing, now: dt.datetime) -> dt.datetime:
    """Return the first slot after now, in UTC."""
    today = now.astimezone(timing.zone).date()
    return next(slot for slot in _slots(timing, today - DAY, DAY) if slot > now)


def _slots(timing: Timing, first: dt.date, step: dt.timedelta) -> Iterator[dt.datetime]:
    """Yield the slots from a day on, forwards or backwards.

    A time that comes twice in a night is its first; one that clocks jump over is the jump. A day that a
    country left out has no slot.
    """
    for number in range(SEARCHED_DAYS):
        day = first + number * step
        if not timing.has(day):
            continue
        slot = clock_instant(day, timing.time, timing.zone)
        if slot.astimezone(timing.zone).date() == day:
            yield slot
