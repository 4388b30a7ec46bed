"""What the simulated people really did, counted before anything is collected."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from visits.collect.payload import PAGEVIEW
from visits.demo.traffic import Visit
from visits.models import RefusalReason


@dataclass(slots=True)
class DayTruth:
    """The numbers of the visits that began on one day."""

    people: set[str] = field(default_factory=set)
    visits: int = 0
    pageviews: int = 0
    events: int = 0
    bounces: int = 0
    duration_seconds: int = 0

    @property
    def visitors(self) -> int:
        return len(self.people)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over days; somebody who visits on two days is two visitors."""

    visitors: int
    visits: int
    pageviews: int
    events: int
    bounces: int
    duration_seconds: int


class Truth:
    """The numbers by day, in the site's time zone, and what must have been refused."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.days: defaultdict[dt.date, DayTruth] = defaultdict(DayTruth)
        self.refused: Counter[RefusalReason] = Counter()

    def add(self, visit: Visit) -> None:
        first = visit[0]
        if first.reason is not None:
            self.refused[first.reason] += 1
            return
        day = self.days[dt.datetime.fromtimestamp(first.at, self.zone).date()]
        pageviews = sum(step.name == PAGEVIEW for step in visit)
        is_active = any(step.name != PAGEVIEW and step.is_interactive for step in visit)
        day.people.add(first.person.address)
        day.visits += 1
        day.pageviews += pageviews
        day.events += len(visit) - pageviews
        day.bounces += pageviews == 1 and not is_active
        day.duration_seconds += visit[-1].at - first.at

    def totals(self) -> Totals:
        return _total(self.days.values())

    def months(self) -> Iterator[tuple[str, Totals]]:
        """Yield each month, such as 2026-05, with its totals, in order."""
        months: defaultdict[str, list[DayTruth]] = defaultdict(list)
        for day in sorted(self.days):
            months[f"{day:%Y-%m}"].append(self.days[day])
        for month, days in months.items():
            yield month, _total(days)


def _total(days: Iterable[DayTruth]) -> Totals:
    days = list(days)

    def total(number: Callable[[DayTruth], int]) -> int:
        return sum(map(number, days))

    return Totals(
        visitors=total(lambda day: day.visitors),
        visits=total(lambda day: day.visits),
        pageviews=total(lambda day: day.pageviews),
        events=total(lambda day: day.events),
        bounces=total(lambda day: day.bounces),
        duration_seconds=total(lambda day: day.duration_seconds),
    )
