"""How large the database is, how it grows, and how long the disk will hold it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

# With fewer hits, most of a database are its empty tables.
HITS_FOR_A_FORECAST = 10_000
FORECAST_DAYS = 90
SQLITE_BYTES = (
    "SELECT (page_count - freelist_count) * page_size, page_count * page_size"
    " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
)
POSTGRES_BYTES = "SELECT pg_database_size(current_database()), pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class Storage:
    """Sizes in bytes. `used_bytes` leaves out what is free again inside the database.

    `growth_bytes` is what a day adds at the pace of the last four weeks, before retention takes anything;
    None while there are too few hits to tell. `free_bytes` are those of the disk with VAR_DIR, on which
    the database lies too if `is_on_disk`.
    """

    used_bytes: int
    size_bytes: int
    growth_bytes: float | None
    free_bytes: int
    is_on_disk: bool

    @property
    def forecast_bytes(self) -> float | None:
        """The size in ninety days."""
        if self.growth_bytes is None:
            return None
        return self.used_bytes + FORECAST_DAYS * self.growth_bytes

    @property
    def days_left(self) -> int | None:
        """For how many days the disk has room; None when it is another one, or nothing grows."""
        if not self.is_on_disk or not self.growth_bytes:
            return None
        room = self.size_bytes - self.used_bytes + self.free_bytes
        return int(room / self.growth_bytes)


def storage(kept_hits: int, hits_per_day: float) -> Storage:
    """Return how large the database is; one statement. A hit takes what those that are kept take."""
    used, size = database_bytes()
    growth = hits_per_day * used / kept_hits if kept_hits >= HITS_FOR_A_FORECAST else None
    free = shutil.disk_usage(settings.VAR_DIR).free
    return Storage(used, size, growth, free, settings.IS_SQLITE)


def database_bytes() -> tuple[int, int]:
    """Return how many bytes of the database are in use, and how many it takes."""
    with connection.cursor() as cursor:
        cursor.execute(SQLITE_BYTES if connection.vendor == "sqlite" else POSTGRES_BYTES)
        used, size = cursor.fetchone()
    return int(used), int(size)
