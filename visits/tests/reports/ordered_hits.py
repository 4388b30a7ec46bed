"""Visits as tuples of hits, drawn by hypothesis, and stored both as facts and as files of the archive.

Of what a hit points to only ids are stored: the order of hits needs no names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sites.models import Site
from visits.archive.layout import VISIT_DIMENSIONS, hits_schema, visits_schema
from visits.models import Hit, HitKind, HitProperty, Visit
from visits.reports.archive_columns import ArchiveFile, forget_columns
from visits.reports.archive_selection import MonthFiles
from visits.reports.scan import Fact, Having, HitLike, Key, Only, Scan, Sums, fold
from visits.reports.scan_archive import fold_frames
from visits.reports.sequence import SequenceScan
from visits.reports.sequence_archive import count_month
from visits.reports.sequence_orm import count_orm

MONTH = dt.date(2026, 5, 1)
# Days of the month; of one of them the files hold rows that are void.
DAYS = (4, 5, 6)
ASKED_DAYS = (4, 6)
NOON_OF_FIRST_DAY = int(dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC).timestamp())
SECONDS_PER_DAY = 86_400
PAGES = (1, 2, 3, 4)
EVENTS = (1, 2)
PROPERTIES = (1, 2, 3)
SOURCES = (1, 2)

examples = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=set(Phase) - {Phase.explain},
)


class PlainHit(NamedTuple):
    """`second` counts from the beginning of the visit; no event is a view."""

    second: int
    page: int
    event: int = 0
    scroll: int | None = None
    properties: tuple[int, ...] = ()


class PlainLike(NamedTuple):
    """What a hit can be like, in the words of these tests; an event of 0 is a view."""

    event: int = 0
    pages: tuple[int, ...] = PAGES
    scroll: int = 0
    properties: tuple[int, ...] = ()

    def is_met_by(self, hit: PlainHit) -> bool:
        return (
            hit.event == self.event
            and hit.page in self.pages
            and (hit.scroll or 0) >= self.scroll
            and (not self.properties or not set(self.properties).isdisjoint(hit.properties))
        )

    @property
    def like(self) -> HitLike:
        only = [Only("page", frozenset(self.pages))]
        if self.event:
            only.append(Only("event_name", frozenset((self.event,))))
        return HitLike(
            Fact.EVENT if self.event else Fact.PAGEVIEW,
            tuple(only),
            (frozenset(self.properties),) if self.properties else (),
            self.scroll or None,
        )


class PlainVisit(NamedTuple):
    """`hits` are in the order in which they arrived."""

    day: int
    source: int
    hits: tuple[PlainHit, ...]

    @property
    def hits_in_time(self) -> list[PlainHit]:
        """Of one second, the hit that arrived first is the first."""
        return sorted(self.hits, key=lambda hit: hit.second)


@dataclass(frozen=True)
class Wanted:
    """Which visits are meant: of days, a source and with or without a view of a page."""

    days: tuple[int, ...] = ASKED_DAYS
    source: int | None = None
    viewed: int | None = None
    is_excluded: bool = False

    def means(self, visit: PlainVisit) -> bool:
        has_viewed = any(not hit.event and hit.page == self.viewed for hit in visit.hits)
        return (
            visit.day in self.days
            and self.source in (None, visit.source)
            and (self.viewed is None or has_viewed is not self.is_excluded)
        )

    def scan(self, site: Site) -> Scan:
        having: tuple[Having, ...] = ()
        if self.viewed is not None:
            viewed = HitLike(Fact.PAGEVIEW, (Only("page", frozenset((self.viewed,))),))
            having = (Having((viewed,), self.is_excluded),)
        return Scan(
            Fact.VISIT,
            (site.pk,),
            (site.zone,),
            date_of(min(self.days)),
            date_of(max(self.days)),
            only=() if self.source is None else (Only("source", frozenset((self.source,))),),
            having=having,
        )


def plain_hits() -> st.SearchStrategy[PlainHit]:
    """Draw views and events, many of them in the same second."""
    seconds, pages = st.integers(0, 3), st.sampled_from(PAGES)
    views = st.builds(
        PlainHit, seconds, pages, st.just(0), st.sampled_from((None, 0, 40, 90)), st.just(())
    )
    properties = st.lists(st.sampled_from(PROPERTIES), max_size=2, unique=True).map(tuple)
    events = st.builds(PlainHit, seconds, pages, st.sampled_from(EVENTS), st.none(), properties)
    return st.one_of(views, views, events)


def plain_visits() -> st.SearchStrategy[list[PlainVisit]]:
    hits = st.lists(plain_hits(), min_size=1, max_size=8).map(tuple)
    visit = st.builds(PlainVisit, st.sampled_from(DAYS), st.sampled_from(SOURCES), hits)
    return st.lists(visit, max_size=6)


def plain_likes() -> st.SearchStrategy[PlainLike]:
    """Draw likes that many hits are like, and some that none is."""
    pages = st.lists(st.sampled_from(PAGES), max_size=3, unique=True).map(tuple)
    views = st.builds(PlainLike, st.just(0), pages, st.sampled_from((0, 0, 40)), st.just(()))
    properties = st.lists(st.sampled_from(PROPERTIES), max_size=2, unique=True).map(tuple)
    events = st.builds(PlainLike, st.sampled_from(EVENTS), st.just(PAGES), st.just(0), properties)
    return st.one_of(views, events)


def wishes() -> st.SearchStrategy[Wanted]:
    return st.builds(
        Wanted,
        st.sampled_from((ASKED_DAYS, DAYS)),
        st.sampled_from((None, None, *SOURCES)),
        st.sampled_from((None, None, 1)),
        st.booleans(),
    )


def date_of(day: int) -> dt.date:
    return MONTH.replace(day=day)


@contextmanager
def stored(site: Site, visits: Sequence[PlainVisit]) -> Any:
    """Store the visits as facts and as files; yield what asks both, and take the facts back."""
    with transaction.atomic(), TemporaryDirectory() as folder:
        rows = _store_facts(site, visits)
        _write_files(Path(folder), rows)
        yield Both(site, Path(folder))
        forget_columns()
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Both:
    """Asks both engines the same."""

    site: Site
    folder: Path

    def answer(self, scan: SequenceScan, days: Sequence[int]) -> dict[Key, Sums]:
        """Return what both answer of some days of the month, and fail when they differ."""
        ranges = tuple((date_of(day), date_of(day)) for day in days)
        from_facts = count_orm(scan, ranges)
        from_files = self._from_files(scan, tuple(days))
        assert from_files == from_facts
        return fold([from_facts])

    def _from_files(self, scan: SequenceScan, days: tuple[int, ...]) -> dict[Key, Sums]:
        files = MonthFiles(
            self.site.pk,
            self.site.zone,
            MONTH,
            ArchiveFile(str(self.folder / "visits")),
            ArchiveFile(str(self.folder / "hits")),
            None if days == DAYS else days,
        )
        frame = fold_frames([count_month(files, scan)], scan.KEY_COUNT)
        return {row[: scan.KEY_COUNT]: row[scan.KEY_COUNT :] for row in frame.iter_rows()}


class _StoredVisit(NamedTuple):
    plain: PlainVisit
    visit: Visit
    hits: list[tuple[PlainHit, Hit]]


def _store_facts(site: Site, visits: Sequence[PlainVisit]) -> list[_StoredVisit]:
    """Store visits of which one hit of each arrives before the second of any, as hits of many do."""
    rows = [_StoredVisit(visit, _visit(site, visit), []) for visit in visits]
    Visit.objects.bulk_create([row.visit for row in rows])
    longest = max((len(visit.hits) for visit in visits), default=0)
    for number in range(longest):
        for row in rows:
            for plain in row.plain.hits[number : number + 1]:
                row.hits.append((plain, _hit(site, row, plain)))
    for number in range(longest):
        Hit.objects.bulk_create([row.hits[number][1] for row in rows if len(row.hits) > number])
    HitProperty.objects.bulk_create(
        HitProperty(site=site, hit=hit, property_id=each)
        for row in rows
        for plain, hit in row.hits
        for each in plain.properties
    )
    return rows


def _visit(site: Site, visit: PlainVisit) -> Visit:
    began = _began(visit)
    ids = {f"{name}_id": 1 for name in VISIT_DIMENSIONS} | {"source_id": visit.source}
    return Visit(
        site=site,
        day=date_of(visit.day),
        visitor=1,
        started_at=began,
        last_seen_at=began,
        is_first=True,
        **ids,
    )


def _hit(site: Site, row: _StoredVisit, plain: PlainHit) -> Hit:
    return Hit(
        site=site,
        day=row.visit.day,
        at=_began(row.plain) + plain.second,
        visit=row.visit,
        kind=HitKind.EVENT if plain.event else HitKind.PAGEVIEW,
        page_id=plain.page,
        event_name_id=plain.event or None,
        client_id=1,
        is_first_view=None if plain.event else False,
        scroll_percent=plain.scroll,
    )


def _began(visit: PlainVisit) -> int:
    return NOON_OF_FIRST_DAY + (visit.day - DAYS[0]) * SECONDS_PER_DAY


def _write_files(folder: Path, rows: Sequence[_StoredVisit]) -> None:
    rows = sorted(rows, key=lambda row: (row.plain.day, row.visit.pk))
    visits = [
        {
            "day": row.plain.day,
            "minute": 720,
            "back": 0,
            "is_sole": True,
            **dict.fromkeys(VISIT_DIMENSIONS, 1),
            "source": row.plain.source,
            "pageviews": 0,
            "events": 0,
            "is_bounce": True,
            "duration_seconds": 0,
        }
        for row in rows
    ]
    hits = [
        {
            "visit": number,
            "minute": 720,
            "is_view": not plain.event,
            "page": plain.page,
            "event_name": plain.event,
            "is_first_view": False,
            "scroll_percent": plain.scroll,
            "properties": list(plain.properties) or None,
        }
        for number, row in enumerate(rows)
        for plain, hit in sorted(row.hits, key=lambda pair: (pair[0].second, pair[1].pk))
    ]
    pl.DataFrame(visits, schema=visits_schema()).write_parquet(folder / "visits")
    pl.DataFrame(hits, schema=hits_schema()).write_parquet(folder / "hits")
