"""What is known of the days of sites without asking the facts: their sums, and where their rows lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import structlog
from django.db.models import OuterRef, Subquery

from sites.models import Site
from visits.archive.layout import ARCHIVE_LAYOUT, UNREADABLE_LAYOUT
from visits.archive.store import archive_store, is_archive_on
from visits.archive.unread import unread_files
from visits.models import Archive, SiteDay

log = structlog.get_logger(__name__)

ONE_DAY = dt.timedelta(days=1)


class DaySums(NamedTuple):
    """What a day adds up to; visitors are those of the day."""

    visitors: int
    visits: int
    pageviews: int
    events: int
    bounces: int
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """The files of a site's month, by the addresses that Polars reads, and the days they answer for.

    The files may hold further days, whose rows are void. Checksums are SHA-256, hexadecimal.
    """

    archive_id: int
    site_id: int
    month: dt.date
    visits_address: str
    hits_address: str
    visits_checksum: str
    hits_checksum: str
    visit_count: int
    days: tuple[dt.date, ...]


@dataclass(frozen=True)
class SiteDays:
    """What is known of a site's days from `first_day` to `last_day`.

    `frontier` is the last day that was ever closed; None when none was. `sums` are of the days that are
    closed and unchanged since. `months` are in their order and only of days that have visits.
    `pruned` are days whose facts are gone: nothing but `sums` and `months` answers for them.
    """

    first_day: dt.date
    last_day: dt.date
    frontier: dt.date | None
    sums: dict[dt.date, DaySums]
    changed: frozenset[dt.date]
    months: tuple[MonthFiles, ...]
    pruned: frozenset[dt.date]

    # All scans of a question ask for these: of a year, adding up its days takes as long as finding them.
    @cached_property
    def days_without_sums(self) -> list[dt.date]:
        """The days whose sums only the facts know, in their order."""
        return [day for day in self._days() if not self._is_known(day)]

    @cached_property
    def days_without_archive(self) -> list[dt.date]:
        """The days whose rows are in the facts only, in their order; pruned ones left out."""
        others = self._archived | self.pruned
        return [day for day in self._days() if day not in others and not self.is_empty(day)]

    def only(self, first: dt.date, last: dt.date) -> SiteDays:
        """Return what is known of some of the days, the first and the last of them included."""

        def within(days: Iterable[dt.date]) -> Iterator[dt.date]:
            return (day for day in days if first <= day <= last)

        months = [replace(files, days=tuple(within(files.days))) for files in self.months]
        return replace(
            self,
            first_day=first,
            last_day=last,
            sums={day: self.sums[day] for day in within(self.sums)},
            changed=frozenset(within(self.changed)),
            months=tuple(files for files in months if files.days),
            pruned=frozenset(within(self.pruned)),
        )

    @property
    def lost(self) -> frozenset[dt.date]:
        """The days that had visits of which only the sums are left: neither facts nor files know more."""
        return frozenset(day for day in self.pruned if not self.is_empty(day)) - self._archived

    @cached_property
    def _archived(self) -> set[dt.date]:
        return {day for month in self.months for day in month.days}

    def _days(self) -> Iterator[dt.date]:
        for number in range((self.last_day - self.first_day).days + 1):
            yield self.first_day + number * ONE_DAY

    def _is_known(self, day: dt.date) -> bool:
        if day in self.sums:
            return True
        # Up to the frontier every day that has facts has a row.
        return self.frontier is not None and day <= self.frontier and day not in self.changed

    def is_empty(self, day: dt.date) -> bool:
        """Tell whether it is known that a day had no visits."""
        sums = self.sums.get(day)
        return self._is_known(day) and (sums is None or not sums.visits)


def days_of(site_ids: Sequence[int], first_day: dt.date, last_day: dt.date) -> dict[int, SiteDays]:
    """Return what is known of the days of each of the sites, in two statements.

    Only for days that are over: those that are not have no right sums, whatever the rows say.
    """
    rows: dict[int, list[DayRow]] = {site_id: [] for site_id in site_ids}
    for row in _day_rows(site_ids, first_day, last_day):
        rows[row.site_id].append(row)
    archives: dict[int, list[Archive]] = {site_id: [] for site_id in site_ids}
    if is_archive_on():
        for archive in _archives(site_ids, first_day, last_day):
            archives[archive.site_id].append(archive)
    return {
        site_id: _site_days(rows[site_id], archives[site_id], first_day, last_day)
        for site_id in site_ids
    }


def mark_unreadable(archive_id: int) -> None:
    """Note that this process could not read the files of a month: `days_of` leaves them out for a while.

    The database is not told: the network may be at fault. Upkeep looks at the files.
    """
    archive = Archive.objects.filter(pk=archive_id).first()
    if archive is not None and _is_readable(archive):
        unread_files.add(archive.visits_file)
        log.error("archive_unreadable", site=archive.site_id, month=str(archive.month))


def note_damage(archive: Archive) -> None:
    """Note that the files of a month are not what was written: nobody reads them, closing replaces them."""
    # It may have been written anew this moment.
    same = Archive.objects.filter(
        pk=archive.pk, visits_file=archive.visits_file, layout=ARCHIVE_LAYOUT
    )
    if same.update(layout=UNREADABLE_LAYOUT):
        log.error("archive_damaged", site=archive.site_id, month=str(archive.month))


def _is_readable(archive: Archive) -> bool:
    return archive.layout == ARCHIVE_LAYOUT and archive.visits_file not in unread_files


class DayRow(NamedTuple):
    """A row of `SiteDay`. Of a pruned day, what is left answers whatever changed afterwards."""

    site_id: int
    day: dt.date
    changes: int
    closed_changes: int | None
    archived_changes: int | None
    is_pruned: bool
    visitors: int
    visits: int
    pageviews: int
    events: int
    bounces: int
    duration_seconds: int

    @property
    def answers_by_sums(self) -> bool:
        return self.closed_changes is not None and (
            self.is_pruned or self.closed_changes == self.changes
        )

    @property
    def answers_by_files(self) -> bool:
        return self.archived_changes is not None and (
            self.is_pruned or self.archived_changes == self.changes
        )

    @property
    def sums(self) -> DaySums:
        return DaySums(
            self.visitors,
            self.visits,
            self.pageviews,
            self.events,
            self.bounces,
            self.duration_seconds,
        )


def _day_rows(site_ids: Sequence[int], first_day: dt.date, last_day: dt.date) -> Iterable[DayRow]:
    """Return the rows of the days, and of each site's last day that was closed, which may be another."""
    columns = DayRow._fields
    last = SiteDay.objects.filter(site=OuterRef("pk"), closed_changes__isnull=False)
    frontiers = Site.objects.filter(pk__in=site_ids).annotate(
        last=Subquery(last.order_by("-day").values("pk")[:1])
    )
    days = SiteDay.objects.filter(site__in=site_ids, day__range=(first_day, last_day))
    of_frontiers = SiteDay.objects.filter(pk__in=frontiers.values("last"))
    rows = days.values_list(*columns).union(of_frontiers.values_list(*columns))
    return map(DayRow._make, rows)


def _archives(site_ids: Sequence[int], first_day: dt.date, last_day: dt.date) -> Iterable[Archive]:
    months = (first_day.replace(day=1), last_day)
    found = Archive.objects.filter(site__in=site_ids, month__range=months).order_by("month")
    return filter(_is_readable, found)


def _site_days(
    rows: Sequence[DayRow], archives: Sequence[Archive], first_day: dt.date, last_day: dt.date
) -> SiteDays:
    closed = [row.day for row in rows if row.closed_changes is not None]
    within = [row for row in rows if first_day <= row.day <= last_day]
    return SiteDays(
        first_day=first_day,
        last_day=last_day,
        frontier=max(closed, default=None),
        sums={row.day: row.sums for row in within if row.answers_by_sums},
        changed=frozenset(row.day for row in within if not row.answers_by_sums),
        months=tuple(_months(within, archives)),
        pruned=frozenset(row.day for row in within if row.is_pruned),
    )


def _months(rows: Sequence[DayRow], archives: Sequence[Archive]) -> Iterator[MonthFiles]:
    days: dict[dt.date, list[dt.date]] = {}
    for row in sorted(rows):
        if row.answers_by_files and row.answers_by_sums and row.visits:
            days.setdefault(row.day.replace(day=1), []).append(row.day)
    for archive in archives:
        if archive.month in days:
            store = archive_store()
            yield MonthFiles(
                archive_id=archive.pk,
                site_id=archive.site_id,
                month=archive.month,
                visits_address=store.address(archive.visits_file),
                hits_address=store.address(archive.hits_file),
                visits_checksum=archive.visits_checksum,
                hits_checksum=archive.hits_checksum,
                visit_count=archive.visit_count,
                days=tuple(days[archive.month]),
            )
