"""Closes the days of one month of a site: sums into their rows, visits and hits into the month's files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from sites.models import Site
from visits.archive.catalogue import DaySums, note_damage
from visits.archive.layout import ARCHIVE_LAYOUT
from visits.archive.store import FileMissing, StoreError, archive_store, is_archive_on
from visits.models import Archive, SiteDay
from visits.upkeep.archive import (
    ArchiveDamaged,
    NewFiles,
    Rows,
    fetch_month,
    put_aside,
    rows_of,
    write_month,
)
from visits.upkeep.day_facts import Block, Day, frames_of, read_block, sums_of
from visits.upkeep.snapshot import snapshot
from visits.upkeep.statements import store_sums

log = structlog.get_logger(__name__)

# Files are put together here, below VAR_DIR.
WORK_FOLDER = "archive-work"
# Some days at a time are read at once: a snapshot of a second or two, and some 50 MB.
BLOCK_HITS = 200_000


class ClosedMeanwhile(Exception):
    """Another process has closed the month, or its days are gone."""


class ArchiveLost(Exception):
    """Files are damaged that hold days whose facts are gone: nobody can make them again."""


@dataclass(frozen=True, slots=True)
class Built:
    """A day as it was read."""

    day: Day
    sums: DaySums


@dataclass(frozen=True, slots=True)
class Copied:
    """Days as they were read, and the rows of those that have any."""

    built: list[Built]
    rows: dict[dt.date, Rows]

    def add(self, other: Copied) -> None:
        self.built.extend(other.built)
        self.rows.update(other.rows)


class MonthClosing:
    """One attempt to close the days of a site's month that need it."""

    def __init__(
        self,
        site: Site,
        month: dt.date,
        last_day: dt.date,
        now: dt.datetime,
        show_progress: Callable[[], object],
    ) -> None:
        self.site = site
        self.month = month
        self.last_day = last_day
        self.now = now
        self.show_progress = show_progress

    def close(self, wanted: set[dt.date]) -> int:
        """Close the wanted days and return how many; more when the month's files have to be made anew.

        Without a place for the files the days are added up all the same. Raises ClosedMeanwhile and
        DayGone; then nothing has changed.
        """
        if is_archive_on():
            try:
                return self._archive(wanted)
            except (StoreError, ArchiveLost, OSError) as error:
                log.error(
                    "archive_not_written",
                    site=self.site.pk,
                    month=str(self.month),
                    error=str(error),
                )
        _, rows = self._read_rows()
        ids = [row.pk for row in rows if row.day in wanted and not row.is_pruned]
        with snapshot():
            block = read_block(ids, self.site)
            built = self._built(block, sums_of(block))
        self._store(built)
        return len(built)

    def _archive(self, wanted: set[dt.date]) -> int:
        """Close days with the archive.

        1. the catalogue and the rows of the month, in one snapshot
        2. the old files, which must be what was written
        3. the days that are wanted or missing in them, from the facts, some days in each snapshot
        4. new files
        5. rows and catalogue, in one transaction
        """
        archive, rows = self._read_rows()
        with TemporaryDirectory(dir=_work_folder(), ignore_cleanup_errors=True) as name:
            folder = Path(name)
            old = self._fetch_old(archive, rows, folder)
            due = [row for row in rows if _is_due(row, wanted, old)]
            copied = self._copy(due, folder)
            days = {row.day: old[row.day] for row in rows if _is_kept(row, old, due)} | copied.rows
            if days == old:
                self._store(copied.built, is_archived=True)
            else:
                self._store_files(archive, self._write(days, folder), copied.built)
        return len(copied.built)

    def _read_rows(self) -> tuple[Archive | None, list[SiteDay]]:
        """Return the month's entry in the catalogue, and the rows of its days that are over."""
        with snapshot():
            archive = Archive.objects.filter(site=self.site, month=self.month).first()
            days = SiteDay.objects.filter(
                site=self.site, day__range=(self.month, min(self.last_day, _month_end(self.month)))
            )
            return archive, list(days.order_by("day"))

    def _fetch_old(
        self, archive: Archive | None, rows: Sequence[SiteDay], folder: Path
    ) -> dict[dt.date, Rows]:
        """Return the days of the old files, none when they are no use. Raises StoreError, ArchiveLost."""
        if archive is None:
            return {}
        if archive.layout == ARCHIVE_LAYOUT:
            try:
                return fetch_month(archive_store(), archive, folder)
            except (ArchiveDamaged, FileMissing):
                note_damage(archive)
        if any(row.is_pruned and row.archived_changes is not None for row in rows):
            raise ArchiveLost(f"{archive.visits_file} holds days whose facts are gone.")
        return {}

    def _copy(self, rows: Sequence[SiteDay], folder: Path) -> Copied:
        """Read days: in one snapshot when they are few, else in some."""
        with snapshot():
            block = read_block([row.pk for row in rows], self.site)
            sums = sums_of(block)
            parts = _parts(rows, sums)
            if len(parts) <= 1:
                return self._copied(block, sums, None)
        copied = Copied([], {})
        for part in parts:
            with snapshot():
                block = read_block([row.pk for row in part], self.site)
                copied.add(self._copied(block, sums_of(block), folder))
        return copied

    def _copied(self, block: Block, sums: dict[dt.date, DaySums], folder: Path | None) -> Copied:
        """Return days with their rows, which with a folder go there and out of memory."""
        built = self._built(block, sums)
        if not any(entry.sums.visits for entry in built):
            return Copied(built, {})
        frames = frames_of(block)
        if folder is not None:
            frames = put_aside(frames, folder)
        return Copied(built, rows_of(self.month, frames))

    def _built(self, block: Block, sums: dict[dt.date, DaySums]) -> list[Built]:
        for _ in block.days:
            self.show_progress()
        return [Built(day, sums[day.day]) for day in block.days]

    def _write(self, days: dict[dt.date, Rows], folder: Path) -> NewFiles | None:
        """Write new files, None when there is nothing to be written. Raises StoreError and OSError."""
        if not days:
            return None
        return write_month(archive_store(), self.site.pk, self.month, days, folder)

    def _store_files(
        self, archive: Archive | None, files: NewFiles | None, built: Sequence[Built]
    ) -> None:
        try:
            with transaction.atomic():
                self._move_catalogue(archive, files)
                self._store(built, is_archived=True)
        except BaseException:
            if files is not None:
                with suppress(StoreError):
                    archive_store().delete([files.visits_file, files.hits_file])
            raise

    def _move_catalogue(self, archive: Archive | None, files: NewFiles | None) -> None:
        """Let the catalogue name the new files, unless somebody was faster."""
        values = {} if files is None else asdict(files)
        values |= {"layout": ARCHIVE_LAYOUT, "written_at": self.now}
        if archive is None:
            if files is not None:
                try:
                    Archive.objects.create(site=self.site, month=self.month, **values)
                except IntegrityError as error:
                    raise ClosedMeanwhile from error
            return
        entry = Archive.objects.filter(pk=archive.pk, visits_file=archive.visits_file)
        is_ours = entry.delete()[0] if files is None else entry.update(**values)
        if not is_ours:
            raise ClosedMeanwhile

    def _store(self, built: Sequence[Built], *, is_archived: bool = False) -> None:
        """Store the sums of days. Raises ClosedMeanwhile when a day is gone, or its facts."""
        rows = [
            (
                *entry.sums,
                entry.day.changes,
                entry.day.changes if is_archived else None,
                entry.day.row_id,
            )
            for entry in built
        ]
        with transaction.atomic():
            if store_sums(rows) != len(rows):
                raise ClosedMeanwhile


def _parts(rows: Sequence[SiteDay], sums: dict[dt.date, DaySums]) -> list[list[SiteDay]]:
    """Return days as many at a time as memory and a short snapshot allow, one at least."""
    parts: list[list[SiteDay]] = []
    room = 0
    for row in rows:
        hits = sums[row.day].pageviews + sums[row.day].events
        if not parts or hits > room:
            parts.append([])
            room = BLOCK_HITS
        parts[-1].append(row)
        room -= hits
    return parts


def _is_due(row: SiteDay, wanted: set[dt.date], old: dict[dt.date, Rows]) -> bool:
    """Tell whether a day is to be read: it is wanted, or the old files lack rows of it, or may lack some."""
    if row.is_pruned:
        return False
    if row.day in wanted or not row.is_closed or not row.is_archived:
        return True
    return bool(row.visits) and row.day not in old


def _is_kept(row: SiteDay, old: dict[dt.date, Rows], due: Sequence[SiteDay]) -> bool:
    """Tell whether the old files' rows of a day still hold."""
    return row.day in old and row not in due and (row.is_pruned or row.is_archived)


def _month_end(month: dt.date) -> dt.date:
    """Return the last day of a month."""
    return (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _work_folder() -> Path:
    folder: Path = settings.VAR_DIR / WORK_FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
