"""Who is there now, and what they did in the last half hour."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
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
    """A value with its different visitors of the last half hour."""

    label: str
    visitors: int


@dataclass(frozen=True, slots=True)
class Live:
    """What happened lately, in whole minutes; the last one is still running.

    `visitors`, `pageviews` and `events` are of all the `minutes`; `pages` are those viewed, `sources`
    where these visits came from, each with the most visitors first.
    """

    current_visitors: int
    visitors: int
    pageviews: int
    events: int
    minutes: tuple[LiveMinute, ...]
    pages: tuple[LiveRow, ...]
    sources: tuple[LiveRow, ...]


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

    Hits count by themselves here, however long ago their visit began. Five statements: who is there,
    views, events, and the names of pages and sources.
    """
    begins_at = now.replace(second=0, microsecond=0) - (LIVE_MINUTES - 1) * ONE_MINUTE
    views = _hits(query, Fact.PAGEVIEW, begins_at, now)
    events = _hits(query, Fact.EVENT, begins_at, now)
    return Live(
        current_visitors=sum(current_visitors(query.site_ids, now).values()),
        visitors=len({hit.visitor for hit in (*views, *events)}),
        pageviews=len(views),
        events=len(events),
        minutes=tuple(_minutes(views, events, begins_at)),
        pages=_rows("page", "path", {(hit.page, hit.visitor) for hit in views}),
        sources=_rows("source", "name", {(hit.source, hit.visitor) for hit in (*views, *events)}),
    )


class _Hit(NamedTuple):
    at: dt.datetime
    visitor: int
    page: int
    source: int


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
    paths = (facts.path("at"), facts.visitor, facts.path("page"), facts.path("source"))
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


def _rows(column: str, field: str, pairs: set[tuple[int, int]]) -> tuple[LiveRow, ...]:
    """Return the names with the most visitors of these pairs of id and visitor."""
    names = find_names(column, (field,), {row_id for row_id, _ in pairs})
    visitors = Counter(name for name, _ in {(names[row_id][0], who) for row_id, who in pairs})
    words = labels.source_label if column == "source" else labels.text_label
    ordered = sorted(visitors.items(), key=lambda item: (-item[1], item[0]))
    return tuple(LiveRow(words(name), count) for name, count in ordered[:LIVE_ROWS])
