"""Who is there now, and what they did in the last half hour."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count

from visits.models import Visit
from visits.reports import labels
from visits.reports.days import ONE_DAY, ONE_MINUTE
from visits.reports.dimension_names import find_names
from visits.reports.query import ReportQuery, given_up
from visits.reports.scan import Fact, Scan
from visits.reports.scan_orm import Facts

CURRENT = dt.timedelta(minutes=5)
LIVE_MINUTES = 30
LIVE_ROWS = 10
# A site's day is at most one off that of UTC, and a running visit began that day or the day before.
DAYS_BEFORE, DAYS_AFTER = dt.timedelta(days=2), dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LiveMinute:
    """A minute by the clock, which begins at `start` (aware, UTC): different visitors with a hit in it, and
    pageviews."""

    start: dt.datetime
    visitors: int
    pageviews: int


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A value with its different visitors of the last half hour; `text` is what a filter compares with."""

    label: str
    visitors: int
    text: str


@dataclass(frozen=True, slots=True)
class Live:
    """What happened lately, in whole minutes; the last one is still running.

    `visitors`, `pageviews` and `events` are of all the `minutes`; `pages` are those viewed, `sources` and
    `countries` where these visits came from, `event_names` what happened, each with the most visitors first.
    """

    current_visitors: int
    visitors: int
    pageviews: int
    events: int
    minutes: tuple[LiveMinute, ...]
    pages: tuple[LiveRow, ...]
    sources: tuple[LiveRow, ...]
    countries: tuple[LiveRow, ...]
    event_names: tuple[LiveRow, ...]


def current_visitors(site_ids: Iterable[int], now: dt.datetime) -> dict[int, int]:
    """Return by site the visitors seen in the five minutes before `now`; sites without any are left out.

    One statement.
    """
    visits = Visit.objects.filter(
        site__in=list(site_ids),
        day__gte=(now - DAYS_BEFORE).date(),
        day__lte=(now + DAYS_AFTER).date(),
        last_seen_at__gt=now - CURRENT,
    )
    counts = visits.values("site").annotate(count=Count("visitor", distinct=True)).order_by()
    return dict(counts.values_list("site", "count"))


def live(query: ReportQuery, now: dt.datetime) -> Live:
    """Return what the sites' visitors did in the last thirty minutes; the query's period has no say.

    Hits count by themselves here, however long ago their visit began. With filters a current visitor is who
    has met them with a hit of the last five minutes. Seven statements at most: who is there, views, events,
    and the names of pages, sources, places and events.
    """
    begins_at = now.replace(second=0, microsecond=0) - (LIVE_MINUTES - 1) * ONE_MINUTE
    views = _hits(query, Fact.PAGEVIEW, begins_at, now)
    events = _hits(query, Fact.EVENT, begins_at, now)
    hits = (*views, *events)
    return Live(
        current_visitors=_current(query, hits, now),
        visitors=len({hit.visitor for hit in hits}),
        pageviews=len(views),
        events=len(events),
        minutes=tuple(_minutes(views, events, begins_at)),
        pages=_rows(PAGES, {(hit.page, hit.visitor) for hit in views}),
        sources=_rows(SOURCES, {(hit.source, hit.visitor) for hit in hits}),
        countries=_rows(COUNTRIES, {(hit.location, hit.visitor) for hit in hits}),
        event_names=_rows(EVENTS, {(hit.event_name, hit.visitor) for hit in events}),
    )


def _current(query: ReportQuery, hits: Iterable[_Hit], now: dt.datetime) -> int:
    """Return who is there. Who only reads on is there, too, but is known without filters only."""
    if not query.filters:
        return sum(current_visitors(query.site_ids, now).values())
    return len({hit.visitor for hit in hits if hit.at > now - CURRENT})


class _Hit(NamedTuple):
    """`event_name` is 0 for a view."""

    at: dt.datetime
    visitor: int
    page: int
    source: int
    location: int
    event_name: int = 0


class _List(NamedTuple):
    """Where the names of a list are, and their words."""

    column: str
    field: str
    words: Callable[[str], str]


PAGES = _List("page", "path", labels.text_label)
SOURCES = _List("source", "name", labels.source_label)
COUNTRIES = _List("location", "country", labels.country_label)
EVENTS = _List("event_name", "name", labels.text_label)


def _hits(query: ReportQuery, fact: Fact, begins_at: dt.datetime, now: dt.datetime) -> list[_Hit]:
    only, like, having = query.resolved().for_fact(fact)
    # A visit that goes on over midnight belongs to the day before.
    first = min(site.day_of(begins_at) for site in query.sites) - ONE_DAY
    last = max(site.day_of(now) for site in query.sites)
    scan = Scan(
        fact,
        query.site_ids,
        query.zones,
        first,
        last,
        only=only,
        like=like,
        having=having,
        given_up=given_up(query.sites),
    )
    facts = Facts.of(scan)
    hits = facts.rows(scan, ((first, last),)).filter(at__gte=begins_at, at__lte=now)
    columns = ["page", "source", "location"] + ["event_name"] * (fact is Fact.EVENT)
    paths = (facts.path("at"), facts.visitor, *map(facts.path, columns))
    return [_Hit(*row) for row in hits.values_list(*paths)]


def _minutes(
    views: Iterable[_Hit], events: Iterable[_Hit], begins_at: dt.datetime
) -> Iterable[LiveMinute]:
    pageviews = Counter((hit.at - begins_at) // ONE_MINUTE for hit in views)
    seen = {((hit.at - begins_at) // ONE_MINUTE, hit.visitor) for hit in (*views, *events)}
    visitors = Counter(minute for minute, _ in seen)
    for minute in range(LIVE_MINUTES):
        start = begins_at + minute * ONE_MINUTE
        yield LiveMinute(start, visitors[minute], pageviews[minute])


def _rows(listed: _List, pairs: set[tuple[int, int]]) -> tuple[LiveRow, ...]:
    """Return the names with the most visitors of these pairs of id and visitor."""
    names = find_names(listed.column, (listed.field,), {row_id for row_id, _ in pairs})
    visitors = Counter(name for name, _ in {(names[row_id][0], who) for row_id, who in pairs})
    ordered = sorted(visitors.items(), key=lambda item: (-item[1], item[0]))
    return tuple(LiveRow(listed.words(name), count, name) for name, count in ordered[:LIVE_ROWS])
