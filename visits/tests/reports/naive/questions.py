"""What can be asked: each kind of question with all that it needs, and nothing of any engine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from visits.tests.reports.naive.filters import PlainFilter
from visits.tests.reports.naive.goals import PlainGoal


@dataclass(frozen=True)
class Asked:
    """Days from `start` to `end`, both included, of the sites' own; with `since`, in epoch seconds, only
    visits that began from then on and before `until`."""

    start: dt.date
    end: dt.date
    filters: tuple[PlainFilter, ...] = ()
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Totals:
    asked: Asked


@dataclass(frozen=True)
class Series:
    asked: Asked
    interval: str  # minute, hour, day, week, month


@dataclass(frozen=True)
class Breakdown:
    asked: Asked
    dimension: str


@dataclass(frozen=True)
class Cross:
    """A breakdown by two dimensions at once."""

    asked: Asked
    first: str
    second: str


@dataclass(frozen=True)
class Goals:
    """What met each of the site's goals, and who."""

    asked: Asked
    goals: tuple[PlainGoal, ...]


@dataclass(frozen=True)
class Funnel:
    asked: Asked
    steps: tuple[PlainGoal, ...]


@dataclass(frozen=True)
class Flow:
    """What was viewed directly before and after the views of a page."""

    asked: Asked
    path: str


Question = Totals | Series | Breakdown | Cross | Goals | Funnel | Flow
