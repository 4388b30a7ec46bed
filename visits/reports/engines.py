"""Answers scans: sums of closed days, the archive, and the facts for all days that are left."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from visits.archive.catalogue import DaySums, SiteDays, days_of
from visits.reports.scan import Fact, Key, Ranges, Scan, Sums, fold, fold_rows
from visits.reports.scan_orm import scan_orm

# The sums of closed days, as scans of visits call them.
SUMS_OF_DAYS = {
    "first_visits": "visitors",
    "visits": "visits",
    "pageviews": "pageviews",
    "events": "events",
    "bounces": "bounces",
    "duration_seconds": "duration_seconds",
}

ONE_DAY = dt.timedelta(days=1)
# A day begins up to 14 hours before it does in UTC, and ends up to 12 hours after that: in the zone that
# a site has, and in those that it had.
EARLIEST, LATEST = dt.timedelta(hours=14), dt.timedelta(hours=12)

# In one statement.
MAX_SETS_OF_DAYS = 50

Coverage = Mapping[int, SiteDays]


def cover(site_ids: Sequence[int], first: dt.date, last: dt.date) -> Coverage:
    """Return what is known of the days of sites without asking the facts; two statements."""
    return days_of(site_ids, first, last)


def scan_facts(scan: Scan, coverage: Coverage) -> dict[Key, Sums]:
    """Return the sums by the values of the group columns; without any, one row under ().

    A day is asked of one engine: of the sums of closed days where they say enough, of the archive where
    it has the day, of the facts otherwise. `coverage` must be of the scan's sites and days.
    """
    if parts := _by_cuts(scan, coverage):
        # Visitors of whole days and those of others have other names, and stand in the same place.
        return fold(_scan_days(part, _of_days(part, coverage)) for part in parts)
    return _scan_days(scan, coverage)


def _by_cuts(scan: Scan, coverage: Coverage) -> list[Scan]:
    """Return what to ask of the few days that instants may cut, and of the whole days between them.

    None where the sums of days do not answer for all of the latter.
    """
    if scan.began_from is None and scan.began_before is None:
        return []
    first, last = _whole_days(scan)
    sums = tuple("first_visits" if name == "distinct_visitors" else name for name in scan.sums)
    whole = replace(
        scan, first_day=first, last_day=last, sums=sums, began_from=None, began_before=None
    )
    if first > last or not _is_of_days(whole):
        return []
    if any(days.days_without_sums for days in _of_days(whole, coverage).values()):
        return []
    before = replace(scan, last_day=first - ONE_DAY)
    after = replace(scan, first_day=last + ONE_DAY)
    return [part for part in (before, whole, after) if part.first_day <= part.last_day]


def _whole_days(scan: Scan) -> tuple[dt.date, dt.date]:
    """Return the first and the last of the scan's days that no instant cuts, in whatever zone."""
    first, last = scan.first_day, scan.last_day
    if scan.began_from:
        first = max(first, (scan.began_from.astimezone(dt.UTC) + EARLIEST).date() + ONE_DAY)
    if scan.began_before:
        last = min(last, (scan.began_before.astimezone(dt.UTC) - LATEST - ONE_DAY).date())
    return first, last


def _of_days(scan: Scan, coverage: Coverage) -> Coverage:
    days = scan.first_day, scan.last_day
    return {site_id: coverage[site_id].only(*days) for site_id in scan.site_ids}


def _scan_days(scan: Scan, coverage: Coverage) -> dict[Key, Sums]:
    if _is_of_days(scan):
        answers = [_add_up_days(scan, coverage)]
        days = {site_id: coverage[site_id].days_without_sums for site_id in scan.site_ids}
    else:
        # Polars is loaded when it is needed, not when the server starts.
        from visits.reports.archived import scan_archived

        archived, unread = scan_archived(scan, coverage)
        answers = [archived]
        days = days_of_facts(scan, coverage, unread)
    answers += [scan_orm(part, ranges) for part, ranges in by_days(scan, coverage, days)]
    folded = fold(answers)
    return folded if scan.group_by else {(): folded.get((), (0,) * len(scan.sums))}


def days_of_facts(
    scan: Scan, coverage: Coverage, unread: Mapping[int, Sequence[dt.date]]
) -> dict[int, list[dt.date]]:
    """Return by site the days that only the facts know, or whose files could not be read."""
    return {
        site_id: sorted([*coverage[site_id].days_without_archive, *unread.get(site_id, ())])
        for site_id in scan.site_ids
    }


def by_days(
    scan: Scan, coverage: Coverage, days: Mapping[int, Sequence[dt.date]]
) -> Iterator[tuple[Scan, Ranges]]:
    """Yield what has to be asked of the facts: one scan, or a few when many sites need other days each."""
    sites: dict[Ranges, list[int]] = defaultdict(list)
    for site_id in scan.site_ids:
        if ranges := _ranges(days[site_id], coverage[site_id]):
            sites[ranges].append(site_id)
    asked = [(tuple(site_ids), ranges) for ranges, site_ids in sites.items()]
    if len(asked) == 1:
        [(site_ids, ranges)] = asked
        yield _of_sites(scan, site_ids), ranges
        return
    for start in range(0, len(asked), MAX_SETS_OF_DAYS):
        some = asked[start : start + MAX_SETS_OF_DAYS]
        part = _of_sites(scan, tuple(site_id for site_ids, _ in some for site_id in site_ids))
        first = min(ranges[0][0] for _, ranges in some)
        last = max(ranges[-1][1] for _, ranges in some)
        yield replace(part, site_days=tuple(some)), ((first, last),)


def _of_sites(scan: Scan, site_ids: tuple[int, ...]) -> Scan:
    zones = dict(zip(scan.site_ids, scan.zones, strict=True))
    return replace(scan, site_ids=site_ids, zones=tuple(zones[site_id] for site_id in site_ids))


def _ranges(days: Sequence[dt.date], site: SiteDays) -> Ranges:
    """Return the days, which are sorted, as ranges; days without facts between them do no harm."""
    asked = set(days)
    answered = {day for month in site.months for day in month.days} | site.pruned
    answered |= {day for day, sums in site.sums.items() if sums.visits}
    others = sorted(answered - asked)
    ranges: list[tuple[dt.date, dt.date]] = []
    for day in days:
        if ranges and _is_free(ranges[-1][1], day, others):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return tuple(ranges)


def _is_free(before: dt.date, day: dt.date, others: Sequence[dt.date]) -> bool:
    """Tell whether none of the other days lies between two days."""
    return bisect_right(others, before) == bisect_left(others, day)


def _is_of_days(scan: Scan) -> bool:
    """Tell whether the sums of whole days are enough to answer."""
    is_whole = scan.began_from is None and scan.began_before is None
    return (
        scan.fact is Fact.VISIT
        and is_whole
        and not scan.only
        and not scan.having
        and {"site", "day"}.issuperset(scan.columns)
        and SUMS_OF_DAYS.keys() >= set(scan.sums)
    )


def _add_up_days(scan: Scan, coverage: Coverage) -> dict[Key, Sums]:
    names = [SUMS_OF_DAYS[name] for name in scan.sums]
    places = [DaySums._fields.index(name) for name in names]

    def rows() -> Iterator[tuple[Key, Sums]]:
        for site_id in scan.site_ids:
            for day, sums in coverage[site_id].sums.items():
                if sums.visits:
                    values: dict[str, Any] = {"site": site_id, "day": day}
                    key = tuple(values[column] for column in scan.columns)
                    yield key, tuple(sums[place] for place in places)

    return fold_rows(rows())
