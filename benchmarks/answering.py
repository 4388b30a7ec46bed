"""Asks reports and measures: run by benchmarks.asking, `python -m benchmarks.answering TASK`.

The database and the archive are those of the settings. Writes a line of JSON for each question.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import django

from benchmarks.asking import Answered, Question, Task
from benchmarks.plan import Plan
from benchmarks.processes import cpu_seconds

if __name__ == "__main__":
    django.setup()

from django.db import connection

from benchmarks.questions import ask, big_site, now_on, to_json
from tracking_project.garbage import calm_garbage_collector


@dataclass
class Statements:
    """Counts what the database is asked."""

    count: int = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


@contextmanager
def counted_statements() -> Iterator[Statements]:
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def measure(question: Question, answer_it: Callable[[], Any], task: Task) -> Answered:
    """Return the medians of some runs; a first one warms up, counts the queries and gives the answer.

    Of the database's processes the kernel counts hundredths of a second: of them the mean is taken.
    """
    with counted_statements() as statements:
        answer = answer_it()
    walls, cpus = [], []
    before = database_seconds(task)
    for _ in range(task.runs):
        began_at, cpu_before = time.perf_counter(), time.process_time()
        answer_it()
        walls.append(time.perf_counter() - began_at)
        cpus.append(time.process_time() - cpu_before)
    database = (database_seconds(task) - before) / task.runs
    return Answered(
        question,
        wall_ms=statistics.median(walls) * 1000,
        cpu_ms=(statistics.median(cpus) + database) * 1000,
        queries=statements.count,
        answer=json.loads(to_json(answer)),
    )


def database_seconds(task: Task) -> float:
    return 0.0 if task.database_pid is None else cpu_seconds(task.database_pid)


def answers(task: Task, plan: Plan) -> Iterator[Answered]:
    """Yield the answer to each question."""
    site = big_site()
    now = now_on(plan.last_day, site)
    # As in the server that answers.
    calm_garbage_collector()
    for question in task.questions:
        yield measure(question, partial(ask, question, site, now), task)


def main(arguments: list[str]) -> None:
    for answered in answers(Task.parse(arguments[0]), Plan.from_environment()):
        sys.stdout.write(json.dumps(asdict(answered)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
