"""The time within a day of a site: minutes from its first instant, and what the clocks show then."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from sites.clock import day_start
from visits.reports.days import ONE_DAY

MINUTES_PER_HOUR = 60
SECONDS_PER_MINUTE = 60
# Two years of the sites of a reader.
DAYS_REMEMBERED = 4_096


class DayTime:
    """A day of a zone. Where clocks jump over midnight it begins with the jump; where midnight comes
    twice, with the first. Days of 23 and 25 hours are as long as they are."""

    __slots__ = ("_clock_at_start", "_start", "begins_at", "is_plain", "minutes")

    def __init__(self, day: dt.date, zone: ZoneInfo) -> None:
        self._start = day_start(day, zone)
        self.begins_at = int(self._start.timestamp())
        ends_at = int(day_start(day + ONE_DAY, zone).timestamp())
        # One at least: Samoa had no 30 December 2011.
        self.minutes = max(1, (ends_at - self.begins_at) // SECONDS_PER_MINUTE)
        is_whole = self.minutes == 24 * MINUTES_PER_HOUR
        self._clock_at_start = self._start.astimezone(zone)
        # The clocks show as many hours as have passed.
        self.is_plain = is_whole and not self._clock_at_start.hour

    def minute(self, at: int) -> int:
        """Return the minute of an instant in epoch seconds: the last one for a hit after the day."""
        minute = (at - self.begins_at) // SECONDS_PER_MINUTE
        return min(max(minute, 0), self.minutes - 1)

    def clock_hour(self, minute: int) -> int:
        """Return the hour, 0 to 23, that clocks show in a minute of the day."""
        if self.is_plain:
            return minute // MINUTES_PER_HOUR
        instant = self._start + dt.timedelta(minutes=minute)
        return instant.astimezone(self._clock_at_start.tzinfo).hour


@lru_cache(maxsize=DAYS_REMEMBERED)
def day_time(day: dt.date, zone: ZoneInfo) -> DayTime:
    return DayTime(day, zone)
