"""The salts that this process knows: one for each day, shared by all sites and processes."""

from __future__ import annotations

import datetime as dt
import time

from visits.models import Salt

# Memory is asked for at most ten minutes, so that a destroyed salt is soon gone from every process.
KNOWN_SECONDS = 600


class KnownSalts:
    def __init__(self) -> None:
        self.values: dict[dt.date, bytes | None] = {}
        self.forget_at = 0.0

    def forget(self) -> None:
        self.values.clear()
        self.forget_at = time.monotonic() + KNOWN_SECONDS

    def get(self, day: dt.date) -> bytes | None:
        """Return the salt of a day, None when there never was one or it is destroyed."""
        if time.monotonic() >= self.forget_at:
            self.forget()
        if day not in self.values:
            value = Salt.objects.filter(day=day).values_list("value", flat=True).first()
            self.values[day] = None if value is None else bytes(value)
        return self.values[day]

    def get_or_make(self, day: dt.date) -> bytes:
        """Return the salt of a day; the first process that asks makes it."""
        salt = self.get(day)
        if salt is None:
            salt = bytes(Salt.objects.get_or_create(day=day)[0].value)
            self.values[day] = salt
        return salt


known_salts = KnownSalts()
