"""Closes the days of a copy and measures: `python -m benchmarks.closing [DATABASE_PID]` writes JSON.

The database and the archive are those of the settings. Every day of every site that is over is
closed, as the scheduler would do after a long time without it.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import django

from benchmarks.asking import Closed
from benchmarks.plan import Plan

if __name__ == "__main__":
    django.setup()

from django.db.models import Sum

from benchmarks.answering import counted_statements
from benchmarks.processes import cpu_seconds
from benchmarks.questions import big_site, now_on
from visits.models import Archive, SiteDay
from visits.upkeep.closing import close_days


def close(plan: Plan, database_pid: int | None) -> Closed:
    """Close all days that are over at the instant at which reports are asked."""
    site = big_site()
    now = now_on(plan.last_day, site)
    began_at, cpu_before = time.perf_counter(), _cpu_seconds(database_pid)
    with counted_statements() as statements:
        close_days(now)
    wall_seconds, cpu = time.perf_counter() - began_at, _cpu_seconds(database_pid) - cpu_before
    return Closed(wall_seconds, cpu, statements.count, *_archived())


def _cpu_seconds(database_pid: int | None) -> float:
    database = 0.0 if database_pid is None else cpu_seconds(database_pid)
    return time.process_time() + database


def _archived() -> tuple[int, int]:
    """Return the hits of the days that are closed, and the bytes of the archive."""
    closed = SiteDay.objects.closed().aggregate(hits=Sum("pageviews") + Sum("events"))
    archived = Archive.objects.aggregate(bytes=Sum("visits_bytes") + Sum("hits_bytes"))
    return closed["hits"] or 0, archived["bytes"] or 0


def main(arguments: list[str]) -> None:
    database_pid = int(arguments[0]) if arguments else None
    sys.stdout.write(json.dumps(asdict(close(Plan.from_environment(), database_pid))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
