"""Scans of archived days: which files, the names that are folded, and files that cannot be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings

from visits.archive.catalogue import MonthFiles as CataloguedFiles
from visits.archive.catalogue import SiteDays, mark_unreadable
from visits.models.time import from_day
from visits.reports.archive_columns import ArchiveFile, UnreadableFile
from visits.reports.archive_months import Ask
from visits.reports.archive_selection import MonthFiles
from visits.reports.dimension_names import find_names
from visits.reports.lost_days import LostDays
from visits.reports.scan import DISTINCT, Fact, Group, Key, Names, Only, Scan, Sums, fold_rows
from visits.reports.scan_archive import scan_months

# Where nearly every id has a name of its own.
MOSTLY_UNIQUE = frozenset(("page", "entry_page", "exit_page", "event_name", "screen", "language"))
# A sum that costs nothing, to learn which ids occur.
OCCURRENCES = {Fact.VISIT: "visits", Fact.PAGEVIEW: "pageviews", Fact.EVENT: "events"}

IdNames = Mapping[int, Names]
Unread = dict[int, list[dt.date]]
# By the number in the catalogue.
Months = Mapping[int, MonthFiles]


def scan_archived(scan: Scan, coverage: Mapping[int, SiteDays]) -> tuple[dict[Key, Sums], Unread]:
    """Return the sums over all days that are in the archive, and by site those that cannot be read."""
    return ask_months(scan, coverage, partial(_answer, scan))


def ask_months(
    scan: Scan, coverage: Mapping[int, SiteDays], answer: Callable[[Months], dict[Key, Sums]]
) -> tuple[dict[Key, Sums], Unread]:
    """Return what is answered of the months of a scan's sites, and by site the days that cannot be read.

    A file that cannot be read is noted, and its days are left to the facts. Raises LostDays.
    """
    months = {
        files.archive_id: (_month(files, zone, coverage[site_id]), files)
        for site_id, zone in zip(scan.site_ids, scan.zones, strict=True)
        for files in coverage[site_id].months
    }
    unread: Unread = defaultdict(list)
    _check_lost(coverage, unread)
    while months:
        try:
            return answer({key: month for key, (month, _) in months.items()}), unread
        except _Unreadable as error:
            _, files = months.pop(error.archive_id)
            mark_unreadable(error.archive_id)
            unread[files.site_id] += files.days
            _check_lost(coverage, unread)
    return {}, unread


def _check_lost(coverage: Mapping[int, SiteDays], unread: Unread) -> None:
    """Raise LostDays where nobody can answer: the hits were removed, and their files cannot be read."""
    for site_id, site in coverage.items():
        lost = site.lost | site.pruned.intersection(unread.get(site_id, ()))
        if lost:
            raise LostDays(min(lost))


class _Unreadable(Exception):
    def __init__(self, archive_id: int) -> None:
        super().__init__(archive_id)
        self.archive_id = archive_id


def _month(files: CataloguedFiles, zone: ZoneInfo, site: SiteDays) -> MonthFiles:
    is_whole = files.visit_count == sum(site.sums[day].visits for day in files.days)
    days = None if is_whole else tuple(day.day for day in files.days)
    visits = ArchiveFile(files.visits_address, files.visits_checksum)
    hits = ArchiveFile(files.hits_address, files.hits_checksum)
    return MonthFiles(files.site_id, zone, files.month, visits, hits, days)


def _answer(scan: Scan, months: Months) -> dict[Key, Sums]:
    if not any(group.fields for group in scan.group_by):
        return _rows(_map(scan, months), scan)
    compared = tuple(name for name in scan.sums if name in DISTINCT)
    is_unique = all(group.column in MOSTLY_UNIQUE for group in scan.group_by if group.fields)
    own_sums = scan.sums if is_unique or not compared else (OCCURRENCES[scan.fact],)
    unnamed = _by_id(scan, own_sums)
    by_id = _rows(_map(unnamed, months), unnamed)
    names = [_names(group, place, by_id) for place, group in enumerate(scan.group_by)]
    if own_sums is not scan.sums:
        return _by_name(scan, months, names)
    [known, *others] = names
    if known is not None and not others and _is_unique(known):
        return {(known[cast(int, key[0])],): sums for key, sums in by_id.items()}
    folded = fold_rows((_key(key, names), sums) for key, sums in by_id.items())
    if compared:
        _recount(scan, months, names, folded)
    return folded


def _by_id(scan: Scan, sums: tuple[str, ...]) -> Scan:
    return replace(scan, group_by=tuple(Group(group.column) for group in scan.group_by), sums=sums)


def _names(group: Group, place: int, rows: Iterable[Key]) -> IdNames | None:
    """Return the names of the ids that occur at a place of the keys, None where ids are meant."""
    if not group.fields:
        return None
    return find_names(group.column, group.fields, {cast(int, key[place]) for key in rows})


def _is_unique(names: IdNames) -> bool:
    return len(set(names.values())) == len(names)


def _key(key: Key, names: Sequence[IdNames | None]) -> Key:
    return tuple(
        part if known is None else known[cast(int, part)]
        for part, known in zip(key, names, strict=True)
    )


def _by_name(scan: Scan, months: Months, names: Sequence[IdNames | None]) -> dict[Key, Sums]:
    """Scan with a number for each name, and return the names for the numbers."""
    lists = [sorted(set(known.values())) if known is not None else None for known in names]
    groups = []
    for group, known, ordered in zip(scan.group_by, names, lists, strict=True):
        if known is not None and ordered is not None:
            numbers = {name: number for number, name in enumerate(ordered)}
            group = replace(group, places={row_id: numbers[name] for row_id, name in known.items()})
        groups.append(group)
    rows = _rows(_map(replace(scan, group_by=tuple(groups)), months), scan)
    by_number = [None if ordered is None else dict(enumerate(ordered)) for ordered in lists]
    return {_key(key, by_number): sums for key, sums in rows.items()}


def _recount(
    scan: Scan,
    months: Months,
    names: Sequence[IdNames | None],
    folded: dict[Key, Sums],
) -> None:
    """Replace what was compared by id where a name has several ids; mostly none has."""
    only: list[Only] = []
    for group, known in zip(scan.group_by, names, strict=True):
        if known is None:
            continue
        uses = Counter(known.values())
        shared = frozenset(row_id for row_id, name in known.items() if uses[name] > 1)
        if len(scan.group_by) == 1:
            only.append(Only(group.column, shared))
        if shared:
            break
    else:
        return
    compared = tuple(name for name in scan.sums if name in DISTINCT)
    again = replace(scan, sums=compared, only=(*scan.only, *only))
    places = [scan.sums.index(name) for name in compared]
    for key, counts in _by_name(again, months, names).items():
        sums = list(folded[key])
        for place, count in zip(places, counts, strict=True):
            sums[place] = count
        folded[key] = tuple(sums)


def _map(scan: Scan, months: Months) -> pl.DataFrame:
    return map_months(partial(scan_months, scan=scan), months, len(scan.group_by))


def map_months(ask: Ask, months: Months, key_count: int) -> pl.DataFrame:
    """Return what is answered of months: so many columns of keys, then sums."""
    here = partial(_map_here, ask, months)
    if not settings.DASK_SCHEDULER:
        return here()
    # Dask is loaded by those alone who have a cluster.
    from visits.reports.cluster import cluster

    workers = cluster(settings.DASK_SCHEDULER)
    return workers.answer(ask, list(months.values()), key_count, otherwise=here)


def _map_here(ask: Ask, months: Months) -> pl.DataFrame:
    try:
        return ask(list(months.values()))
    except UnreadableFile as error:
        raise _Unreadable(_archive_of(error.address, months)) from error


def _archive_of(address: str, months: Months) -> int:
    """Return which of the months has the file."""
    return next(
        archive_id
        for archive_id, files in months.items()
        if address in (files.visits.address, files.hits.address)
    )


def _rows(frame: pl.DataFrame, scan: Scan) -> dict[Key, Sums]:
    """Return a frame as rows: days as dates, numbers of names as names."""
    keys = [_values(frame[f"key_{place}"], group) for place, group in enumerate(scan.group_by)]
    sums = zip(*(frame[f"sum_{place}"].to_list() for place in range(len(scan.sums))), strict=True)
    if not keys:
        return {(): next(sums)}
    return dict(zip(zip(*keys, strict=True), sums, strict=True))


def _values(column: pl.Series, group: Group) -> Sequence[Any]:
    values: list[Any] = column.to_list()
    if group.column == "day":
        days = {number: from_day(number) for number in set(values)}
        return [days[number] for number in values]
    return values
