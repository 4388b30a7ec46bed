"""The newest hits, as a list."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from visits.models import Hit, HitKind, HitProperty
from visits.reports import labels
from visits.reports.measure import base_scan
from visits.reports.period import ONE_DAY
from visits.reports.query import ReportQuery
from visits.reports.scan import Fact
from visits.reports.scan_orm import counted_rows

RECENT_HITS = 20


@dataclass(frozen=True, slots=True)
class RecentHit:
    """A hit in words. `at` is in the site's time zone; `country` is a code; "" is unknown or none."""

    at: dt.datetime
    kind: HitKind
    path: str
    hostname: str
    event: str
    properties: tuple[tuple[str, str], ...]
    browser: str
    os: str
    device: str
    country: str
    city: str
    source: str

    @property
    def country_label(self) -> str:
        return labels.country_label(self.country)

    @property
    def source_label(self) -> str:
        return labels.source_label(self.source)


def recent_hits(query: ReportQuery, limit: int = RECENT_HITS) -> tuple[RecentHit, ...]:
    """Return the newest hits that the query counts, the newest first; four statements.

    1. the day of the last of as many hits, counted from the newest day on: the report index has them in
       this order, so that no other row is read
    2. the newest hits of that day and later: they alone are sorted
    3. their texts
    4. their properties

    With filters, or within a day, views and events are asked for by themselves: six statements.
    """
    rows = _rows(query)
    found = [each for hits in rows for each in _newest(query, hits, limit)]
    ids = [hit_id for _, hit_id in heapq.nlargest(limit, found)]
    if not ids:
        return ()
    properties = _properties(ids)
    return tuple(_describe(hit, query, properties[hit.pk]) for hit in _with_texts(ids))


def _rows(query: ReportQuery) -> tuple[QuerySet[Hit], ...]:
    """Return the hits that the query counts: all kinds at once, unless the kind decides what counts."""
    period = query.period
    if not query.filters and period.since is None and period.until is None:
        days = {"day__gte": period.start, "day__lte": period.end}
        return (Hit.objects.filter(site__in=query.site_ids, **days),)
    if query.resolved().is_empty:
        return ()
    return tuple(_rows_of(query, fact) for fact in (Fact.PAGEVIEW, Fact.EVENT))


def _rows_of(query: ReportQuery, fact: Fact) -> QuerySet[Hit]:
    only, like, having = query.resolved().for_fact(fact)
    scan = replace(base_scan(query, fact, (), ()), only=only, like=like, having=having)
    return counted_rows(scan, ((query.period.start, query.period.end),))


def _newest(query: ReportQuery, hits: QuerySet[Hit], limit: int) -> list[tuple[dt.datetime, int]]:
    """Return instant and id of the newest of some hits."""
    days = hits.order_by("-day").values_list("day", flat=True)[:limit]
    first_day = min(days, default=None)
    if first_day is None:
        return []
    # A day earlier too: its last visits may have gone on after midnight.
    newest = hits.filter(day__gte=max(query.period.start, first_day - ONE_DAY))
    return list(newest.order_by("-at", "-pk").values_list("at", "pk")[:limit])


def _with_texts(ids: Sequence[int]) -> QuerySet[Hit]:
    hits = Hit.objects.filter(pk__in=ids).order_by("-at", "-pk")
    return hits.select_related("page", "event_name", "client", "visit__location", "visit__source")


def _properties(ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return keys and values by hit, in the order in which they were sent."""
    rows = HitProperty.objects.filter(hit__in=ids).order_by("pk")
    properties: dict[int, tuple[tuple[str, str], ...]] = defaultdict(tuple)
    for hit_id, key, value in rows.values_list("hit", "property__key", "property__value"):
        properties[hit_id] += ((key, value),)
    return properties


def _describe(hit: Hit, query: ReportQuery, properties: tuple[tuple[str, str], ...]) -> RecentHit:
    return RecentHit(
        at=hit.at.astimezone(query.site.zone),
        kind=HitKind(hit.kind),
        path=hit.page.path,
        hostname=hit.page.hostname,
        event=hit.event_name.name if hit.event_name else "",
        properties=properties,
        browser=hit.client.browser,
        os=hit.client.os,
        device=hit.client.device,
        country=hit.visit.location.country,
        city=hit.visit.location.city,
        source=hit.visit.source.name,
    )
