"""The numbers again, by plain loops over the hits themselves: slow, obvious, and written without the
reports, the tables and the collector, so that it can be right when they are wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

PAUSE_SECONDS = 30 * 60


@dataclass(frozen=True)
class PlainHit:
    """A message of a person; `event` is "" for a pageview. `at` counts seconds since 1970."""

    at: int
    person: int
    hostname: str
    path: str
    event: str
    is_interactive: bool
    properties: tuple[tuple[str, str], ...]
    source: tuple[str, str, str]  # name, channel, referrer
    campaign: tuple[str, str, str, str, str]
    client: tuple[str, str, str, str, str]  # browser, version, system, version, device
    place: tuple[str, str, str]  # country, region, city
    screen: str
    language: str


@dataclass
class PlainVisit:
    day: dt.date
    hits: list[PlainHit] = field(default_factory=list)

    @property
    def who(self) -> tuple[int, dt.date]:
        """People are known for a day, the one in which the visit began."""
        return self.hits[0].person, self.day

    @property
    def began(self) -> int:
        return self.hits[0].at

    @property
    def views(self) -> list[PlainHit]:
        return [hit for hit in self.hits if not hit.event]

    @property
    def events(self) -> list[PlainHit]:
        return [hit for hit in self.hits if hit.event]

    @property
    def is_bounce(self) -> bool:
        has_interaction = any(hit.is_interactive for hit in self.events)
        return len(self.views) <= 1 and not has_interaction

    @property
    def seconds(self) -> int:
        return self.hits[-1].at - self.hits[0].at


def local_date(at: int, zone: ZoneInfo) -> dt.date:
    return dt.datetime.fromtimestamp(at, zone).date()


def visits_of(hits: Sequence[PlainHit], zone: ZoneInfo) -> list[PlainVisit]:
    """Return the visits of hits in the order of time. A visit does not outlive the day after its own."""
    visits: list[PlainVisit] = []
    newest: dict[int, PlainVisit] = {}
    for hit in hits:
        today = local_date(hit.at, zone)
        visit = newest.get(hit.person)
        goes_on = (
            visit is not None
            and hit.at - visit.hits[-1].at < PAUSE_SECONDS
            and (today - visit.day).days <= 1
        )
        if not goes_on:
            visit = newest[hit.person] = PlainVisit(today)
            visits.append(visit)
        newest[hit.person].hits.append(hit)
    return visits


def within(visits: Iterable[PlainVisit], start: dt.date, end: dt.date) -> list[PlainVisit]:
    return [visit for visit in visits if start <= visit.day <= end]


def metrics_of(visits: Sequence[PlainVisit]) -> dict[str, float | None]:
    """Return every metric over some visits."""
    count = len(visits)
    views = sum(len(visit.views) for visit in visits)
    return {
        "visitors": len({visit.who for visit in visits}),
        "visits": count,
        "pageviews": views,
        "events": sum(len(visit.events) for visit in visits),
        "views_per_visit": views / count if count else None,
        "bounce_rate": sum(visit.is_bounce for visit in visits) / count if count else None,
        "visit_duration": sum(visit.seconds for visit in visits) / count if count else None,
    }


def first(visit: PlainVisit) -> PlainHit:
    return visit.hits[0]


# The values of a visit, by dimension: most are those of its first hit.
OF_VISITS: dict[str, Callable[[PlainVisit], tuple[str, ...]]] = {
    "entry_page": lambda visit: (visit.hits[0].path,),
    "exit_page": lambda visit: (visit.hits[-1].path,),
    "source": lambda visit: first(visit).source[:1],
    "channel": lambda visit: first(visit).source[1:2],
    "referrer": lambda visit: first(visit).source[2:],
    "utm_source": lambda visit: first(visit).campaign[:1],
    "utm_medium": lambda visit: first(visit).campaign[1:2],
    "utm_campaign": lambda visit: first(visit).campaign[2:3],
    "utm_term": lambda visit: first(visit).campaign[3:4],
    "utm_content": lambda visit: first(visit).campaign[4:],
    "country": lambda visit: first(visit).place[:1],
    "region": lambda visit: first(visit).place[:2],
    "city": lambda visit: first(visit).place,
    "browser": lambda visit: first(visit).client[:1],
    "browser_version": lambda visit: first(visit).client[:2],
    "os": lambda visit: first(visit).client[2:3],
    "os_version": lambda visit: first(visit).client[2:4],
    "device": lambda visit: first(visit).client[4:],
    "screen": lambda visit: (first(visit).screen,),
    "language": lambda visit: (first(visit).language,),
}
OF_VIEWS: dict[str, Callable[[PlainHit], str]] = {
    "page": lambda hit: hit.path,
    "hostname": lambda hit: hit.hostname,
}


def split(dimension: str, visits: Sequence[PlainVisit]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the metrics of each value of a dimension that occurs."""
    if dimension == "event":
        return _split_hits(visits, lambda hit: hit.event, lambda visit: visit.events, "events")
    if dimension in OF_VIEWS:
        return _split_hits(visits, OF_VIEWS[dimension], lambda visit: visit.views, "pageviews")
    groups: dict[tuple[str, ...], list[PlainVisit]] = {}
    for visit in visits:
        groups.setdefault(OF_VISITS[dimension](visit), []).append(visit)
    if dimension.startswith("utm_"):
        groups.pop(("",), None)
    return {value: metrics_of(group) for value, group in groups.items()}


def _split_hits(
    visits: Sequence[PlainVisit],
    value_of: Callable[[PlainHit], str],
    hits_of: Callable[[PlainVisit], list[PlainHit]],
    counted: str,
) -> dict[tuple[str, ...], dict[str, Any]]:
    people: dict[str, set[Any]] = {}
    counts: dict[str, int] = {}
    for visit in visits:
        for hit in hits_of(visit):
            value = value_of(hit)
            people.setdefault(value, set()).add(visit.who)
            counts[value] = counts.get(value, 0) + 1
    return {(value,): {"visitors": len(people[value]), counted: counts[value]} for value in counts}


def hour_number(at: int, day: dt.date, zone: ZoneInfo) -> int:
    """Return how many hours of the day have gone by, walking from its first second by the hour.

    What happens after the day belongs to its last hour.
    """
    number, hour_at = 0, first_second(day, zone)
    while hour_at + 3600 <= at and local_date(hour_at + 3600, zone) == day:
        number, hour_at = number + 1, hour_at + 3600
    return number


def first_second(day: dt.date, zone: ZoneInfo) -> int:
    """Return the first second whose local date is the day, by trying every quarter of an hour."""
    noon = int(dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC).timestamp())
    quarters = range(noon - 40 * 3600, noon + 40 * 3600, 900)
    return next(at for at in quarters if local_date(at, zone) == day)
