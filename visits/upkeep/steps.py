"""Deleting many rows without keeping the collector waiting."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet

# SQLite has one writer at a time, and hits wait for a second before they go to the spool: a step
# takes some hundredths of one, and the pause lets the collector in.
STEP_ROWS = 2_000
PAUSE_SECONDS = 0.05


def delete_in_steps(rows: QuerySet[Any]) -> int:
    """Delete the rows, each step in a transaction of its own, and return how many there were.

    The model must be one that nothing refers to: its rows go without being loaded.
    """
    deleted = 0
    while True:
        step = rows.values("pk")[:STEP_ROWS]
        count, _ = rows.model._default_manager.filter(pk__in=step).delete()
        deleted += count
        if count < STEP_ROWS:
            return deleted
        time.sleep(PAUSE_SECONDS)
