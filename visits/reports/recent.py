"""The newest hits, as a list."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from sites.models import Site
from visits.models import Hit, HitKind, HitProperty
from visits.reports import labels
from visits.reports.period import ONE_DAY
from visits.reports.query import ReportQuery

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
    """Return the period's newest hits, the newest first; four statements.

    1. the day of the last of as many hits, counted from the newest day on: the report index has them in
       this order, so that no other row is read
    2. the newest hits of that day and later: they alone are sorted
    3. their texts
    4. their properties
    """
    start, end = query.period.start, query.period.end
    days = _hits(query.site, start, end).order_by("-day").values_list("day", flat=True)[:limit]
    first_day = min(days, default=None)
    if first_day is None:
        return ()
    # A day earlier too: its last visits may have gone on after midnight.
    newest = _hits(query.site, max(start, first_day - ONE_DAY), end).order_by("-at", "-pk")
    ids = list(newest.values_list("pk", flat=True)[:limit])
    properties = _properties(ids)
    return tuple(_describe(hit, query, properties[hit.pk]) for hit in _with_texts(ids))


def _hits(site: Site, start: dt.date, end: dt.date) -> QuerySet[Hit]:
    return Hit.objects.filter(site=site, day__gte=start, day__lte=end)


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
