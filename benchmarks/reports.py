"""What reports cost: `make bench-reports` prints a table and writes var/bench/reports.json.

Days are closed and archived in a copy of the data; then each report is asked of both engines, whose
answers must be equal. CASES, ENGINES, REPORTS, RUNS, HITS and LARGE change what is run.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tqdm import tqdm

from benchmarks.asking import (
    DASHBOARD,
    FILTERS,
    LIVE,
    LIVE_DAYS,
    NO_FILTER,
    PARTS,
    SITES,
    SITES_DAYS,
    Answered,
    AskingFailed,
    Closed,
    Question,
    Task,
    ask,
    run_module,
)
from benchmarks.copies import Copy, copy_of
from benchmarks.databases import BENCH
from benchmarks.machine import describe_machine
from benchmarks.plan import Plan
from benchmarks.report_table import CLOSING, GROWTH, Row, growth_table, table, verdicts
from testing import postgres

ARCHIVE, ORM = "archive", "orm"
ENGINES = (ARCHIVE, ORM)
PERIODS_DAYS = (30, 180)
REPORTS = (DASHBOARD, *PARTS, LIVE, SITES)
RUNS = 5
# Of the hits of the whole data set: a site with a million pageviews in the last half of these days.
MILLION_SHARE, MILLION_DAYS = 1 / 4, 180
GROWTH_SHARES = (0.1, 0.3, 1.0)
LARGE_SHARES = (*GROWTH_SHARES, 3.0)


@dataclass(frozen=True)
class Options:
    cases: tuple[str, ...]
    engines: tuple[str, ...]
    reports: tuple[str, ...]
    runs: int
    plan: Plan
    growth_shares: tuple[float, ...]

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Options:
        return cls(
            cases=_words(variables, "CASES", CASES),
            engines=_words(variables, "ENGINES", ENGINES),
            reports=_words(variables, "REPORTS", REPORTS),
            runs=int(variables.get("RUNS") or RUNS),
            plan=Plan.from_environment(variables),
            growth_shares=LARGE_SHARES if variables.get("LARGE") else GROWTH_SHARES,
        )


def _words(variables: Mapping[str, str], name: str, default: Iterable[str]) -> tuple[str, ...]:
    return tuple((variables.get(name) or ",".join(default)).split(","))


@dataclass(frozen=True)
class Result:
    """A row and the answer behind it."""

    row: Row
    # Equal for whatever must have equal answers.
    asked: tuple[Plan, Question] | None = None
    answer: Any = None


def run_sqlite(options: Options) -> Iterator[Result]:
    return _run(options, "sqlite", options.plan, _questions)


def run_postgresql(options: Options) -> Iterator[Result]:
    return _run(options, "postgresql", options.plan, _questions)


def run_million(options: Options) -> Iterator[Result]:
    """Ask for the dashboard of a smaller installation, half of whose days are asked for."""
    plan = replace(options.plan, hits=int(options.plan.hits * MILLION_SHARE), days=MILLION_DAYS)
    question = Question(DASHBOARD, MILLION_DAYS // 2)
    return _renamed("dashboard_1m", _run(options, "sqlite", plan, lambda *_: (question,)))


def run_growth(options: Options) -> Iterator[Result]:
    """Ask for the dashboard over the longest period, of ever more hits.

    The whole data set is left to the case `sqlite`, when that is run too.
    """
    question = Question(DASHBOARD, max(PERIODS_DAYS))
    has_whole = "sqlite" in options.cases and DASHBOARD in options.reports
    for share in options.growth_shares:
        if share == 1 and has_whole:
            continue
        plan = replace(options.plan, hits=int(options.plan.hits * share))
        yield from _renamed(GROWTH, _run(options, "sqlite", plan, lambda *_: (question,)))


CASES: dict[str, Callable[[Options], Iterator[Result]]] = {
    "sqlite": run_sqlite,
    "postgresql": run_postgresql,
    "million": run_million,
    "growth": run_growth,
}


def _renamed(name: str, results: Iterable[Result]) -> Iterator[Result]:
    """Yield the dashboards alone under another name."""
    for result in results:
        if result.row.name == DASHBOARD:
            yield replace(result, row=replace(result.row, name=name))


def _questions(options: Options, engine: str) -> tuple[Question, ...]:
    """Return what an engine is asked. The ORM's parts are asked without filters only: they take long."""
    questions = [
        Question(name, days, chosen)
        for name in (DASHBOARD, *PARTS)
        for days in PERIODS_DAYS
        for chosen in (NO_FILTER, *FILTERS)
        if name == DASHBOARD or chosen == NO_FILTER or engine == ARCHIVE
    ]
    questions += [Question(LIVE, LIVE_DAYS), Question(SITES, SITES_DAYS)]
    return tuple(question for question in questions if question.name in options.reports)


def _run(
    options: Options,
    kind: str,
    plan: Plan,
    questions: Callable[[Options, str], tuple[Question, ...]],
) -> Iterator[Result]:
    """Yield what closing the days of a copy costs, then what each engine answers."""
    with copy_of(kind, plan) as copy:
        closed = _close(copy, has_archive=ARCHIVE in options.engines)
        yield Result(_closing_row(copy, closed, options))
        for engine in options.engines:
            task = Task(questions(options, engine), options.runs, copy.pid)
            for answered in _ask(copy, task, engine):
                row = _row(copy, engine, answered)
                yield Result(row, (copy.plan, answered.question), answered.answer)


def _close(copy: Copy, *, has_archive: bool) -> Closed:
    """Close the days of a copy."""
    _say(f"{copy.kind}, {copy.plan.hits:,} hits: closing {copy.plan.days} days ...")
    arguments = [] if copy.pid is None else [str(copy.pid)]
    variables = copy.environment(has_archive=has_archive)
    lines = list(run_module("benchmarks.closing", arguments, variables, copy.log))
    return Closed(**json.loads(lines[-1]))


def _ask(copy: Copy, task: Task, engine: str) -> Iterator[Answered]:
    """Yield the answers of an engine."""
    name = f"{copy.kind}, {engine}"
    _say(f"{name}: {len(task.questions)} questions ...")
    answers = ask(task, copy.environment(has_archive=engine == ARCHIVE), copy.log)
    yield from tqdm(answers, name, len(task.questions), leave=False, disable=None)
    if said := copy.take_log():
        # Such as an archive that could not be read: then the figures are not those of the archive.
        _say(f"{name} says: {said}")


def _row(copy: Copy, engine: str, answered: Answered) -> Row:
    question = answered.question
    return Row(
        name=question.name,
        database=copy.kind,
        engine=engine,
        days=question.days,
        filter=question.filter,
        wall_ms=round(answered.wall_ms, 3),
        cpu_ms=round(answered.cpu_ms, 3),
        queries=answered.queries,
        hits=copy.plan.hits,
    )


def _closing_row(copy: Copy, closed: Closed, options: Options) -> Row:
    hits, has_archive = max(closed.hits, 1), ARCHIVE in options.engines
    return Row(
        name=CLOSING,
        database=copy.kind,
        engine=ARCHIVE if has_archive else ORM,
        days=copy.plan.days,
        filter=NO_FILTER,
        wall_ms=round(closed.wall_seconds * 1000, 3),
        cpu_ms=round(closed.cpu_seconds * 1000, 3),
        queries=closed.queries,
        hits=copy.plan.hits,
        cpu_s_per_100000_hits=round(closed.cpu_seconds / hits * 100_000, 4),
        bytes_per_hit=round(closed.bytes / hits, 3) if has_archive else None,
    )


def differences(results: Iterable[Result]) -> Iterator[str]:
    """Yield a line for each answer that is not the one which another engine or database gave."""
    first: dict[tuple[Plan, Question], Result] = {}
    for result in results:
        if result.asked is None:
            continue
        known = first.setdefault(result.asked, result)
        if result.answer != known.answer:
            question = result.asked[1]
            yield (
                f"{question.name}, {question.days} days, filter {question.filter}: "
                f"{known.row.origin} and {result.row.origin} differ at "
                f"{first_difference(known.answer, result.answer)}"
            )


def first_difference(one: Any, other: Any, place: str = "answer") -> str:
    """Return where two unequal values of JSON part, and what stands there."""
    for key in _common_keys(one, other):
        if one[key] != other[key]:
            step = f".{key}" if isinstance(one, dict) else f"[{key}]"
            return first_difference(one[key], other[key], f"{place}{step}")
    return f"{place}: {one!r:.200} and {other!r:.200}"


def _common_keys(one: Any, other: Any) -> Iterable[Any]:
    """Return under which keys two values can be compared further; none when they are unlike."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return one.keys()
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return range(len(one))
    return ()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(variables: Mapping[str, str] = os.environ) -> None:
    options = Options.from_environment(variables)
    results: list[Result] = []
    faults: list[str] = []
    for name in options.cases:
        try:
            # One by one: what was measured before a fault is kept.
            for result in CASES[name](options):
                results.append(result)
        except postgres.StartError as error:
            _say(f"{name}: {error}")
        except AskingFailed as error:
            faults.append(f"{name}: {error}")
    _report([result.row for result in results])
    faults += differences(results)
    if faults:
        sys.exit("\n".join(faults))


def _report(rows: list[Row]) -> None:
    path = BENCH / "reports.json"
    path.write_text(json.dumps([row.to_json() for row in rows], indent=2) + "\n")
    filters = ", ".join(f"{name} is {value}" for name, (_, value) in FILTERS.items())
    report = [describe_machine(), f"Filters: {filters}", "", table(rows), growth_table(rows)]
    _say("\n".join([*report, *verdicts(rows), f"Written to {path}"]))


if __name__ == "__main__":
    main()
