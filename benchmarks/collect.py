"""What it costs to collect: `make bench-collect` prints a table and writes var/bench/collect.json.

Each case has a copy of a database with three million visits, and counts afterwards whether every hit
that was acknowledged is in it. CASES, SECONDS, WARM_SECONDS, PROCESSES and HITS change what is run.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.databases import (
    BENCH,
    cluster,
    connect,
    copy_of_postgres,
    copy_sqlite,
    environment,
    postgres_dataset,
    run_folder,
    sqlite_dataset,
    sqlite_url,
)
from benchmarks.load import CONNECTIONS, LoadResult, run_load
from benchmarks.machine import describe_machine
from benchmarks.plan import Plan, site_target
from benchmarks.processes import cpu_seconds, resident_bytes
from benchmarks.serving import HOST, NO_LIMITS, Serving, serve
from benchmarks.traffic import Traffic
from testing import postgres
from testing.server import PROJECT

# Three million visits.
HITS = 8_200_000
SECONDS, WARM_SECONDS = 30, 5
SITES = 20
# So many visits are made before the clock runs; then the same are made by other visitors.
VISITS_IN_A_ROUND = 60_000
# Warming up and measuring have visitors of their own.
MEASURED_FROM_ROUND = 50
PROCESSES = 2
WSGI_THREADS = 16
COUNT_HITS = "SELECT COUNT(*) FROM visits_hit"


@dataclass(frozen=True)
class Target:
    """What a case must reach: the most or the least of a figure."""

    figure: str
    limit: float
    is_most: bool

    def is_met(self, row: Row) -> bool:
        reached = getattr(row, self.figure)
        return reached <= self.limit if self.is_most else reached >= self.limit

    def __str__(self) -> str:
        return f"{self.figure} {'at most' if self.is_most else 'at least'} {self.limit:g}"


TARGETS = {
    "sqlite": (
        Target("cpu_ms_per_hit", 0.10, is_most=True),
        Target("hits_per_second", 8000, is_most=False),
        Target("p99_ms", 25, is_most=True),
    ),
    "postgresql": (
        Target("cpu_ms_per_hit", 0.13, is_most=True),
        Target("hits_per_second", 8000, is_most=False),
    ),
    "wsgi": (Target("cpu_ms_per_hit", 0.25, is_most=True),),
}


@dataclass(frozen=True)
class Row:
    """The figures of one case. `bytes_per_hit` is what the database grew by for each hit it got."""

    name: str
    cpu_ms_per_hit: float
    hits_per_second: float
    p50_ms: float
    p99_ms: float
    accepted: int
    stored: int
    bytes_per_hit: float


@dataclass(frozen=True)
class Outcome:
    """A row and what the table shows beside it."""

    row: Row
    note: str
    # CPU milliseconds a hit of each part, by its name.
    parts: dict[str, float] = field(default_factory=dict)
    resident_mb: float = 0.0
    other_answers: str = ""


@dataclass(frozen=True)
class Options:
    cases: tuple[str, ...]
    seconds: float
    warm_seconds: float
    # Of the server on PostgreSQL; on SQLite it is one.
    processes: int
    plan: Plan

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Options:
        return cls(
            cases=tuple((variables.get("CASES") or ",".join(CASES)).split(",")),
            seconds=float(variables.get("SECONDS") or SECONDS),
            warm_seconds=float(variables.get("WARM_SECONDS") or WARM_SECONDS),
            processes=int(variables.get("PROCESSES") or PROCESSES),
            plan=Plan.from_environment({"HITS": str(HITS), **variables}),
        )


@dataclass(frozen=True)
class Database:
    """The database of a run: how its hits are counted, and its size on disk with nothing pending."""

    url: str
    count_hits: Callable[[], int]
    size_bytes: Callable[[], int]
    # The root of its own processes, if it has some.
    pid: int | None = None


def run_sqlite(options: Options) -> Outcome:
    with run_folder() as folder, _sqlite(options.plan, folder) as database:
        return _run_server(options, database, folder, "sqlite", workers=1)


def run_postgresql(options: Options) -> Outcome:
    with run_folder() as folder, _postgresql(options.plan) as database:
        return _run_server(options, database, folder, "postgresql", workers=options.processes)


def run_wsgi(options: Options) -> Outcome:
    """Call the WSGI application from threads; there is no HTTP in these figures."""
    with run_folder() as folder, _sqlite(options.plan, folder) as database:
        size_before, count_before = database.size_bytes(), database.count_hits()
        found = _call_wsgi(options, database, folder)
        stored = database.count_hits() - count_before
        grown = database.size_bytes() - size_before
    warm, measured = found["warm"], found["measured"]
    accepted = measured["answers"].get("204", 0)
    row = Row(
        name="wsgi",
        cpu_ms_per_hit=measured["cpu_seconds"] * 1000 / max(accepted, 1),
        hits_per_second=accepted / measured["seconds"],
        p50_ms=measured["p50_ms"],
        p99_ms=measured["p99_ms"],
        accepted=accepted,
        stored=stored - warm["answers"].get("204", 0),
        bytes_per_hit=grown / max(stored, 1),
    )
    note = f"the WSGI application called from {WSGI_THREADS} threads, no HTTP server"
    return Outcome(row, note, other_answers=_other_answers(measured["answers"]))


CASES: dict[str, Callable[[Options], Outcome]] = {
    "sqlite": run_sqlite,
    "postgresql": run_postgresql,
    "wsgi": run_wsgi,
}


def _run_server(
    options: Options, database: Database, folder: Path, name: str, *, workers: int
) -> Outcome:
    traffic = Traffic([site_target(number) for number in range(SITES)], VISITS_IN_A_ROUND)
    size_before, count_at_first = database.size_bytes(), database.count_hits()
    with serve(database.url, folder, workers=workers) as serving:
        _load(serving, traffic, options.warm_seconds, 0)
        count_before = database.count_hits()
        before = _cpu_parts(serving, database)
        load = _load(serving, traffic, options.seconds, MEASURED_FROM_ROUND)
        after = _cpu_parts(serving, database)
        resident = sum(map(resident_bytes, _roots(serving, database).values()))
    count_after, size_after = database.count_hits(), database.size_bytes()
    parts = {part: (after[part] - before[part]) * 1000 / max(load.accepted, 1) for part in after}
    row = Row(
        name=name,
        cpu_ms_per_hit=sum(parts.values()),
        hits_per_second=load.hits_per_second,
        p50_ms=load.percentile_ms(50),
        p99_ms=load.percentile_ms(99),
        accepted=load.accepted,
        stored=count_after - count_before,
        bytes_per_hit=(size_after - size_before) / max(count_after - count_at_first, 1),
    )
    parts["generator"] = load.generator_cpu_seconds * 1000 / max(load.sent, 1)
    note = f"manage.py serve, {workers} process{'es' if workers > 1 else ''}, {CONNECTIONS} connections"
    return Outcome(row, note, parts, resident / 1e6, _other_answers(load.answers))


def _load(serving: Serving, traffic: Traffic, seconds: float, first_round: int) -> LoadResult:
    return run_load(
        (HOST, serving.port),
        traffic.messages(HOST, first_round),
        seconds=seconds,
        shows_progress=sys.stderr.isatty(),
    )


def _roots(serving: Serving, database: Database) -> dict[str, int]:
    roots = {"server": serving.pid}
    return roots if database.pid is None else {**roots, "database": database.pid}


def _cpu_parts(serving: Serving, database: Database) -> dict[str, float]:
    """Return CPU seconds so far, by part."""
    return {part: cpu_seconds(pid) for part, pid in _roots(serving, database).items()}


def _call_wsgi(options: Options, database: Database, folder: Path) -> dict[str, Any]:
    result = folder / "result.json"
    numbers = (WSGI_THREADS, options.warm_seconds, options.seconds, SITES, VISITS_IN_A_ROUND)
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.wsgi_load",
                *map(str, map(int, numbers)),
                str(result),
            ],
            cwd=PROJECT,
            env=environment(database.url, folder, TRUSTED_PROXIES=HOST, **NO_LIMITS),
            stdout=log,
            stderr=log,
            check=True,
        )
    return json.loads(result.read_text())


@contextmanager
def _sqlite(plan: Plan, folder: Path) -> Iterator[Database]:
    path = copy_sqlite(sqlite_dataset(plan), folder)

    def count_hits() -> int:
        with sqlite3.connect(path) as connection:
            [(count,)] = connection.execute(COUNT_HITS)
        return int(count)

    def size_bytes() -> int:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.stat().st_size

    yield Database(sqlite_url(path), count_hits, size_bytes)


@contextmanager
def _postgresql(plan: Plan) -> Iterator[Database]:
    with cluster() as running, copy_of_postgres(running, postgres_dataset(running, plan)) as name:

        def ask(*queries: str) -> int:
            with connect(running, name) as connection:
                for query in queries:
                    answer = connection.execute(query)
                [(number,)] = answer.fetchall()
            return int(number)

        def size_bytes() -> int:
            return ask("CHECKPOINT", "SELECT pg_database_size(current_database())")

        url = postgres.url(running.folder, name)
        yield Database(url, lambda: ask(COUNT_HITS), size_bytes, running.process.pid)


def _other_answers(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in answers.items() if name != "204")


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the figures as a table of Markdown, with the parts of the CPU in brackets."""
    lines = [
        "| case | CPU ms a hit | hits/s | p50 ms | p99 ms | accepted | stored | bytes a hit | memory |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for outcome in outcomes:
        row = outcome.row
        parts = ", ".join(f"{part} {cost:.3f}" for part, cost in outcome.parts.items())
        lines.append(
            f"| {row.name}: {outcome.note} | {row.cpu_ms_per_hit:.3f}{f' ({parts})' if parts else ''} "
            f"| {row.hits_per_second:,.0f} | {row.p50_ms:.1f} | {row.p99_ms:.1f} | {row.accepted:,} "
            f"| {row.stored:,} | {row.bytes_per_hit:.0f} | {outcome.resident_mb:,.0f} MB |"
        )
    return "\n".join(lines) + "\n"


def verdicts(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each target, and for each thing that must not be."""
    for outcome in outcomes:
        row = outcome.row
        for target in TARGETS[row.name]:
            met = "met" if target.is_met(row) else "MISSED"
            yield f"{row.name}: {target}: {met} ({getattr(row, target.figure):.3f})"
        if row.accepted != row.stored:
            yield f"{row.name}: ACCEPTED {row.accepted}, STORED {row.stored}"
        if outcome.other_answers:
            yield f"{row.name}: other answers: {outcome.other_answers}"


def main(variables: Mapping[str, str] = os.environ) -> None:
    options = Options.from_environment(variables)
    outcomes = []
    for name in options.cases:
        sys.stdout.write(f"{name} ...\n")
        sys.stdout.flush()
        try:
            outcomes.append(CASES[name](options))
        except postgres.StartError as error:
            sys.stdout.write(f"{name}: {error}\n")
    result = BENCH / "collect.json"
    result.write_text(json.dumps([asdict(outcome.row) for outcome in outcomes], indent=2) + "\n")
    report = [describe_machine(), "", table(outcomes), *verdicts(outcomes), f"Written to {result}"]
    sys.stdout.write("\n".join(report) + "\n")
    if any(outcome.row.accepted != outcome.row.stored for outcome in outcomes):
        sys.exit("What was accepted and what is stored differ.")


if __name__ == "__main__":
    main()
