"""What reports are asked in a benchmark, and the process that asks and measures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from testing.server import PROJECT

DASHBOARD = "dashboard"
PANELS = ("source", "page", "entry_page", "country", "browser", "event")
# Of the dashboard, each by itself.
PARTS = ("totals", "series", *PANELS)
LIVE, SITES = "live", "sites"
LIVE_DAYS, SITES_DAYS = 1, 7
NO_FILTER = "none"
# Dimension and value: of 42 % of the visits; the page of rank 5, in 4 % of them; of 29 %, and whoever
# comes from there may come from elsewhere on the same day.
FILTERS: Mapping[str, tuple[str, str]] = {
    "browser": ("browser", "Chrome"),
    "page": ("page", "/news/00004-what-people-look-for"),
    "source": ("source", "Google"),
}


class AskingFailed(Exception):
    """The process that asks has ended with an error; the message is what it said."""


@dataclass(frozen=True, order=True)
class Question:
    """A report over so many days up to the last one. `filter` is one of FILTERS, or NO_FILTER."""

    name: str
    days: int
    filter: str = NO_FILTER


@dataclass(frozen=True)
class Answered:
    """What a question cost, and its answer as JSON has it.

    `cpu_ms` is that of the asking process and of the database's processes together.
    """

    question: Question
    wall_ms: float
    cpu_ms: float
    queries: int
    answer: Any

    @classmethod
    def parse(cls, line: str) -> Self:
        values = json.loads(line)
        return cls(**{**values, "question": Question(**values["question"])})


@dataclass(frozen=True)
class Task:
    """What the asking process is told: each question is asked once unmeasured, then `runs` times.

    `database_pid` is the root of the database's own processes, if it has some.
    """

    questions: tuple[Question, ...]
    runs: int
    database_pid: int | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        values = json.loads(text)
        questions = tuple(Question(**question) for question in values["questions"])
        return cls(**{**values, "questions": questions})


@dataclass(frozen=True)
class Closed:
    """What closing days cost. `hits` are those of the closed days, `bytes` is what their archive takes."""

    wall_seconds: float
    cpu_seconds: float
    queries: int
    hits: int
    bytes: int


def ask(task: Task, variables: Mapping[str, str], log: Path) -> Iterator[Answered]:
    """Yield the answers as they come from a process with this environment; `log` gets its log.

    Raises AskingFailed.
    """
    for line in run_module("benchmarks.answering", [task.to_json()], variables, log):
        yield Answered.parse(line)


def run_module(
    module: str, arguments: Sequence[str], variables: Mapping[str, str], log: Path
) -> Iterator[str]:
    """Yield the lines that a module of ours writes, run in a process of its own. Raises AskingFailed."""
    with log.open("ab") as log_file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=PROJECT,
            env=dict(variables),
            stdout=subprocess.PIPE,
            stderr=log_file,
            text=True,
        )
    try:
        yield from _lines(process.stdout)
    except BaseException:
        process.kill()
        raise
    finally:
        status = process.wait()
    if status:
        raise AskingFailed(log.read_text())


def _lines(stream: IO[str] | None) -> Iterator[str]:
    if stream is not None:
        with stream:
            yield from stream
