"""Deleting many rows without keeping the collector waiting."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

# SQLite has one writer at a time, and hits wait for a second before they go to the spool: a step
# takes some hundredths of one, and the pause lets the collector in. Steps that are shorter share one.
STEP_ROWS = 2_000
WORK_SECONDS = 0.05
PAUSE_SECONDS = 0.05


# How many rows of which table.
Counts = Counter[str]


def take_steps(steps: Iterator[Counts], seconds: float | None = None) -> Counts:
    """Take steps that are a transaction each, with pauses between; return all that they counted.

    There is a pause after STEP_ROWS rows, and after WORK_SECONDS. With `seconds`, no further step begins
    once they have passed.
    """
    total: Counts = Counter()
    begun_at = resumed_at = time.monotonic()
    rows = 0
    for step in steps:
        total.update(step)
        rows += step.total()
        now = time.monotonic()
        if seconds is not None and now >= begun_at + seconds:
            break
        if rows >= STEP_ROWS or now >= resumed_at + WORK_SECONDS:
            time.sleep(PAUSE_SECONDS)
            rows, resumed_at = 0, time.monotonic()
    return total


def steps_to_delete(rows: QuerySet[Any]) -> Iterator[Counts]:
    """Delete rows that nothing refers to; yield what each transaction deleted, until none are left."""
    name = str(rows.model._meta.verbose_name_plural)
    while True:
        step = rows.values("pk")[:STEP_ROWS]
        count, _ = rows.model._default_manager.filter(pk__in=step).delete()
        if not count:
            return
        yield Counter({name: count})


def delete_in_steps(rows: QuerySet[Any]) -> int:
    """Delete rows that nothing refers to, without loading them, and return how many there were."""
    return take_steps(steps_to_delete(rows)).total()
