"""The salts that this process knows: one for each day, shared by all sites and processes."""

from __future__ import annotations

import datetime as dt
import time

from django.db import Error

from visits.models import Salt

# Memory is asked for at most ten minutes, so that a destroyed salt is soon gone from every process.
KNOWN_SECONDS = 600
# After asking in vain: a database that is away takes a second to say so.
ASK_AGAIN_SECONDS = 10
# Yesterday, today and tomorrow of all time zones together are five days, and salts live for three. An
# import goes through many.
DAYS_REMEMBERED = 16


class KnownSalts:
    """The salts of the days that were asked for last.

    They are read together: whoever asks for one keeps those of quiet time zones, too, for a time when
    the database is away.
    """

    def __init__(self) -> None:
        self.values: dict[dt.date, bytes | None] = {}
        self.known_until = 0.0

    def forget(self) -> None:
        self.values = {}

    def get(self, day: dt.date) -> bytes | None:
        """Return the salt of a day, None when there never was one or it is destroyed.

        While the database is away, what was known stays known: raises a database error only for a day
        that nobody asked for before.
        """
        values = self.values
        if day not in values or time.monotonic() >= self.known_until:
            values = self._read(day)
        return values[day]

    def get_or_make(self, day: dt.date) -> bytes:
        """Return the salt of a day; the first process that asks makes it."""
        salt = self.get(day)
        if salt is None:
            salt = bytes(Salt.objects.get_or_create(day=day)[0].value)
            self.values[day] = salt
        return salt

    def _read(self, day: dt.date) -> dict[dt.date, bytes | None]:
        """Read the salts of a day and of all that are remembered."""
        values = self.values
        others = [other for other in tuple(values) if other != day]
        days = [*others[1 - DAYS_REMEMBERED :], day]
        now = time.monotonic()
        try:
            found = dict(Salt.objects.filter(day__in=days).values_list("day", "value"))
        except Error:
            if day not in values:
                raise
            self.known_until = now + ASK_AGAIN_SECONDS
            return values
        values = {day: bytes(found[day]) if day in found else None for day in days}
        self.values, self.known_until = values, now + KNOWN_SECONDS
        return values


known_salts = KnownSalts()
