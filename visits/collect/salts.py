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


class KnownSalts:
    def __init__(self) -> None:
        self.values: dict[dt.date, bytes | None] = {}
        self.read_at: dict[dt.date, float] = {}

    def forget(self) -> None:
        self.values.clear()
        self.read_at.clear()

    def get(self, day: dt.date) -> bytes | None:
        """Return the salt of a day, None when there never was one or it is destroyed.

        While the database is away, what was known stays known: raises a database error only for a day
        that nobody asked for before.
        """
        now = time.monotonic()
        if now >= self.read_at.get(day, 0.0) + KNOWN_SECONDS:
            try:
                value = Salt.objects.filter(day=day).values_list("value", flat=True).first()
            except Error:
                if day not in self.values:
                    raise
                self.read_at[day] = now - KNOWN_SECONDS + ASK_AGAIN_SECONDS
                return self.values[day]
            self._remember(day, None if value is None else bytes(value), now)
        return self.values[day]

    def get_or_make(self, day: dt.date) -> bytes:
        """Return the salt of a day; the first process that asks makes it."""
        salt = self.get(day)
        if salt is None:
            salt = bytes(Salt.objects.get_or_create(day=day)[0].value)
            self._remember(day, salt, time.monotonic())
        return salt

    def _remember(self, day: dt.date, value: bytes | None, now: float) -> None:
        self.values[day] = value
        self.read_at[day] = now
        for old in [known for known, at in self.read_at.items() if now >= at + KNOWN_SECONDS]:
            del self.values[old], self.read_at[old]


known_salts = KnownSalts()
