"""Which rows of a month's files are meant: conditions on visits, on hits, and on visits by their hits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

import polars as pl

from visits.reports.archive_columns import ArchiveFile, read_columns
from visits.reports.day_time import SECONDS_PER_MINUTE, DayTime, day_time
from visits.reports.scan import Fact, Having, HitLike, Only, Scan

VISIT_COLUMNS = frozenset(
    (
        "day",
        "entry_page",
        "exit_page",
        "source",
        "client",
        "location",
        "campaign",
        "screen",
        "language",
    )
)
# Half a megabyte each for a month of a large site.
SELECTIONS_REMEMBERED = 64
# Of a question whose answer is remembered.
MAX_IDS = 5_000


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """A site's month in the archive: its two files, and the days of it to look at.

    `days` are days of the month, None for all that the files hold.
    """

    site_id: int
    zone: ZoneInfo
    month: dt.date
    visits: ArchiveFile
    hits: ArchiveFile
    days: tuple[int, ...] | None = None

    def times(self) -> list[DayTime]:
        """Return the times of the days of the month; the first is at place 0."""
        last = (self.month.replace(day=28) + dt.timedelta(4)).replace(day=1) - dt.timedelta(1)
        days = (self.month.replace(day=number) for number in range(1, last.day + 1))
        return [day_time(day, self.zone) for day in days]


def selected_visits(files: MonthFiles, scan: Scan) -> pl.Series | None:
    """Return for each visit of the files whether a scan means it; None when it means all of them."""
    own = tuple(only for only in scan.only if only.column in VISIT_COLUMNS)
    # What is remembered holds its ids too.
    select = _selected if _id_count(own, scan.having) <= MAX_IDS else _selected.__wrapped__
    return select(files, own, scan.having, scan.began_from, scan.began_before)


def _id_count(only: Iterable[Only], having: Iterable[Having]) -> int:
    likes = [like for each in having for like in each.likes]
    sets = [each.values for each in (*only, *(one for like in likes for one in like.only))]
    return sum(map(len, (*sets, *(ids for like in likes for ids in like.properties))))


@lru_cache(maxsize=SELECTIONS_REMEMBERED)
def _selected(
    files: MonthFiles,
    only: tuple[Only, ...],
    having: tuple[Having, ...],
    began_from: dt.datetime | None,
    began_before: dt.datetime | None,
) -> pl.Series | None:
    """Remember what is meant: every part of a page asks the same."""
    conditions = [among(each) for each in only]
    if files.days is not None:
        conditions.append(pl.col("day").is_in(files.days))
    conditions += _began(files, began_from, began_before)
    masks = [_having(files, each) for each in having]
    if conditions:
        condition = reduce(and_, conditions)
        visits = read_columns(files.visits, set(condition.meta.root_names()))
        masks.append(visits.select(condition.alias("is_meant")).to_series())
    return reduce(and_, masks) if masks else None


def _began(
    files: MonthFiles, began_from: dt.datetime | None, began_before: dt.datetime | None
) -> list[pl.Expr]:
    if not began_from and not began_before:
        return []
    starts = pl.Series([0, *(time.begins_at for time in files.times())])
    began = pl.lit(starts).gather(pl.col("day")) + (
        pl.col("minute").cast(pl.Int64) * SECONDS_PER_MINUTE
    )
    conditions = []
    if began_from:
        conditions.append(began >= int(began_from.timestamp()))
    if began_before:
        conditions.append(began < int(began_before.timestamp()))
    return conditions


def _having(files: MonthFiles, having: Having) -> pl.Series:
    condition = reduce(or_, (is_like(like) for like in having.likes))
    hits = read_columns(files.hits, {"visit", *condition.meta.root_names()})
    found = hits.lazy().filter(condition).select("visit").collect()["visit"]
    count = read_columns(files.visits, {"is_sole"}).height
    mask = pl.zeros(count, dtype=pl.Boolean, eager=True).scatter(found, True)
    return ~mask if having.is_excluded else mask


def among(only: Only) -> pl.Expr:
    """Return the condition on a column."""
    column = pl.col(only.column)
    if len(only.values) == 1:
        [value] = only.values
        found = column == value
    else:
        found = column.is_in(pl.Series(sorted(only.values), dtype=pl.UInt32).implode())
    return ~found if only.is_excluded else found


def is_like(like: HitLike) -> pl.Expr:
    """Return the condition on a hit."""
    is_view = pl.col("is_view")
    conditions: list[pl.Expr] = [is_view if like.fact is Fact.PAGEVIEW else ~is_view]
    conditions += [among(only) for only in like.only]
    conditions += [_carries(ids) for ids in like.properties]
    if like.scroll_at_least is not None:
        conditions.append(pl.col("scroll_percent").fill_null(0) >= like.scroll_at_least)
    return reduce(and_, conditions)


def _carries(ids: frozenset[int]) -> pl.Expr:
    wanted = pl.Series(sorted(ids), dtype=pl.UInt32).implode()
    return pl.col("properties").list.eval(pl.element().is_in(wanted)).list.any().fill_null(False)
