"""Statements over many rows of days, for which the ORM would take ten times as long.

The names in them are constants; every value is bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection

from visits.models.time import to_day

NOTE_DAY = """
    INSERT INTO visits_siteday (site_id, day, changes) VALUES (%s, %s, 0)
    ON CONFLICT (site_id, day) DO NOTHING
"""
CLOSE_DAY = """
    UPDATE visits_siteday SET visitors = %s, visits = %s, pageviews = %s, events = %s, bounces = %s,
      duration_seconds = %s, closed_changes = %s, archived_changes = coalesce(%s, archived_changes)
    WHERE id = %s AND NOT is_pruned
"""


def note_days(site_id: int, days: Iterable[dt.date]) -> None:
    """Give days of a site a row where they have none."""
    # In order: two processes never wait for each other.
    rows = [(site_id, to_day(day)) for day in sorted(days)]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(NOTE_DAY, rows)


def store_sums(rows: Sequence[tuple[int | None, ...]]) -> int:
    """Store (*sums, closed changes, archived changes, id) of days that are not pruned; return how many.

    Archived changes stay as they are where they are None.
    """
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(CLOSE_DAY, rows)
        return int(cursor.rowcount)
