"""Compares closed days with their facts, and the archive with both. It repairs nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import Max

from sites.models import Site
from visits.archive.layout import ARCHIVE_LAYOUT
from visits.archive.store import StoreError, archive_store, is_archive_on
from visits.models import Archive, SiteDay
from visits.upkeep.archive import ArchiveDamaged, Rows, fetch_month, read_rows
from visits.upkeep.closing import Span, days_with_visits
from visits.upkeep.day_facts import DayGone, frames_of, read_block, sums_of
from visits.upkeep.snapshot import snapshot


def verify_days(
    site: Site, span: Span | None = None, show_progress: Callable[[], object] = lambda: None
) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with a site's closed days.

    Days that changed since they were closed are no mistake: reports ask their facts. `show_progress` is
    called after each day that was compared.
    """
    rows = SiteDay.objects.filter(site=site, closed_changes__isnull=False).order_by("day")
    yield from _unknown_days(site, span)
    if span is not None:
        rows = rows.filter(day__range=(span.first_day, span.last_day))
    for month, days in groupby(rows, key=lambda row: row.day.replace(day=1)):
        for finding in _verify_month(site, month, list(days), show_progress):
            yield f"{site.domain} {finding}"


def _unknown_days(site: Site, span: Span | None) -> Iterator[str]:
    """Yield the days that reports take for empty though they have facts."""
    known = SiteDay.objects.filter(site=site)
    frontier = known.filter(closed_changes__isnull=False).aggregate(Max("day"))["day__max"]
    if frontier is None:
        return
    first_day, last_day = None, frontier
    if span is not None:
        first_day, last_day = span.first_day, min(span.last_day, frontier)
    rows = set(known.values_list("day", flat=True))
    for day in days_with_visits(site, first_day, last_day):
        if day not in rows:
            yield f"{site.domain} {day}: the day has visits and no row."


def _verify_month(
    site: Site, month: dt.date, rows: list[SiteDay], show_progress: Callable[[], object]
) -> Iterator[str]:
    with TemporaryDirectory() as name:
        archived: dict[dt.date, Rows] | None = None
        archive = Archive.objects.filter(site=site, month=month).first()
        if is_archive_on() and archive is not None and archive.layout == ARCHIVE_LAYOUT:
            try:
                archived = fetch_month(archive_store(), archive, Path(name))
            except (ArchiveDamaged, StoreError) as error:
                yield f"{month:%Y-%m}: a file of the archive is lost or damaged: {error}"
            else:
                yield from _wrong_counts(archive, archived)
        for row in rows:
            if row.is_closed and not row.is_pruned:
                yield from _verify_day(site, row, archived)
                show_progress()


def _wrong_counts(archive: Archive, archived: dict[dt.date, Rows]) -> Iterator[str]:
    visits = sum(rows.count for rows in archived.values())
    if visits != archive.visit_count:
        yield (
            f"{archive.month:%Y-%m}: the archive has {visits:,} visits,"
            f" the catalogue says {archive.visit_count:,}."
        )


def _verify_day(site: Site, row: SiteDay, archived: dict[dt.date, Rows] | None) -> Iterator[str]:
    is_archived = archived is not None and row.is_archived
    try:
        with snapshot():
            block = read_block([row.pk], site)
            sums = sums_of(block)[row.day]
            frames = frames_of(block) if is_archived and sums.visits else None
    except DayGone:
        return
    if block.days[0].changes != row.changes:
        return
    for name, value in sums._asdict().items():
        stored = getattr(row, name)
        if stored != value:
            yield f"{row.day}: {name} are {value:,} by the facts, {stored:,} were stored."
    if frames is None or archived is None:
        return
    if row.day not in archived:
        yield f"{row.day}: the day is not in the archive."
        return
    found = read_rows(archived[row.day])
    if not found.visits.collect().equals(frames.visits.collect()):
        yield f"{row.day}: the visits in the archive are not those of the facts."
    if not found.hits.collect().equals(frames.hits.collect()):
        yield f"{row.day}: the hits in the archive are not those of the facts."
