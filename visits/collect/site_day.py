"""The day that it is at a site, with the salts that make its visitor ids."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import Error

from sites.clock import day_start
from visits.collect.salts import known_salts
from visits.models.time import to_day

ONE_DAY = dt.timedelta(days=1)
# Between two looks at the salts' own memory.
KNOWN_SECONDS = 60


class SiteDay(NamedTuple):
    """A day of a time zone: its number since 1970-01-01, and its bounds in epoch seconds.

    `salt_before` is the salt of the day before, None when there is none any more.
    """

    number: int
    begins_at: int
    ends_at: int
    salt: bytes
    salt_before: bytes | None
    known_until: float


class SiteDays:
    """The newest day of each time zone, so that a hit costs no calendar."""

    def __init__(self) -> None:
        self.known: dict[str, SiteDay] = {}

    def forget(self) -> None:
        self.known.clear()

    def recall(self, time_zone: str, at: int) -> SiteDay | None:
        """Return the day in which an instant lies, None when it has to be read."""
        day = self.known.get(time_zone)
        if (
            day is not None
            and day.begins_at <= at < day.ends_at
            and time.monotonic() < day.known_until
        ):
            return day
        return None

    def read(self, time_zone: str, at: int) -> SiteDay:
        """Return the day in which an instant lies; its salt is made when it is the first to ask.

        So is that of the day after today: a database that is away at midnight stops nobody.
        """
        if (known := self.recall(time_zone, at)) is not None:
            return known
        zone = ZoneInfo(time_zone)
        date = dt.datetime.fromtimestamp(at, zone).date()
        day = SiteDay(
            number=to_day(date),
            begins_at=int(day_start(date, zone).timestamp()),
            ends_at=int(day_start(date + ONE_DAY, zone).timestamp()),
            salt=known_salts.get_or_make(date),
            salt_before=known_salts.get(date - ONE_DAY),
            known_until=time.monotonic() + KNOWN_SECONDS,
        )
        if day.begins_at <= time.time() < day.ends_at:
            with suppress(Error):
                known_salts.get_or_make(date + ONE_DAY)
        self.known[time_zone] = day
        return day


site_days = SiteDays()
