"""What the pages of the admin cost: `make bench-admin` prints a table and writes var/bench/admin.json.

On ten million hits in SQLite, in a copy whose last days are closed as upkeep leaves them. RUNS changes how
often is asked, HITS of how many hits the data is, DATABASE_URL and ARCHIVE_URL take yours in place of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.asked import INDEX, Asked
from benchmarks.asking import AskingFailed, run_module
from benchmarks.copies import NO_ARCHIVE, copy_of
from benchmarks.databases import BENCH, environment, run_folder
from benchmarks.machine import describe_machine
from benchmarks.plan import Plan
from testing.server import PROJECT

RUNS = 5
QUERIES_AT_MOST = 15
INDEX_MS, PAGE_MS = 150, 300
# Reports of the last weeks and what they are compared with.
CLOSED_DAYS = 60


def limit_ms(asked: Asked) -> int:
    return INDEX_MS if asked.path == INDEX else PAGE_MS


def verdict(asked: Asked) -> str:
    missed = [
        name
        for name, is_missed in (
            ("status", asked.status != 200),
            ("time", asked.wall_ms > limit_ms(asked)),
            ("queries", asked.queries > QUERIES_AT_MOST),
        )
        if is_missed
    ]
    return f"MISSED {', '.join(missed)}" if missed else "met"


def line(asked: Asked) -> str:
    return (
        f"{asked.path[:78]:<78}{asked.wall_ms:>8.0f} ms{asked.cpu_ms:>7.0f} CPU"
        f"{asked.queries:>4} queries  {verdict(asked)}"
    )


def write(pages: Iterable[Asked], path: Path) -> None:
    figures = [{**asdict(asked), "verdict": verdict(asked)} for asked in pages]
    report = {"machine": describe_machine(), "pages": figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


@contextmanager
def prepared(plan: Plan, given: Mapping[str, str]) -> Iterator[tuple[dict[str, str], Path]]:
    """Yield the environment of an installation with the data, and where its log goes."""
    if url := given.get("DATABASE_URL"):
        archive_url = given.get("ARCHIVE_URL", NO_ARCHIVE)
        with run_folder() as folder:
            yield (
                environment(url, folder, ARCHIVE_URL=archive_url, **plan.to_environment()),
                folder / "log",
            )
        return
    with copy_of("sqlite", plan) as copy:
        variables = copy.environment(has_archive=True)
        first_day = list(plan.dates())[-min(CLOSED_DAYS, plan.days)]
        subprocess.run(
            [sys.executable, "manage.py", "closedays", "--from", first_day.isoformat()],
            cwd=PROJECT,
            env=variables,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield variables, copy.log


def main(given: Mapping[str, str] = os.environ) -> int:
    pages: list[Asked] = []
    runs = str(int(given.get("RUNS") or RUNS))
    with prepared(Plan.from_environment(given), given) as (variables, log):
        try:
            for text in run_module("benchmarks.admin_pages", [runs], variables, log):
                pages.append(Asked.parse(text))
                print(line(pages[-1]), flush=True)
        except AskingFailed as error:
            print(error, file=sys.stderr)
            return 1
    write(pages, BENCH / "admin.json")
    missed = sum(verdict(asked) != "met" for asked in pages)
    print(f"{len(pages)} pages, {missed} missed. {describe_machine()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
