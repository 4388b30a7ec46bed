"""Answers questions about several kinds of hits from the archive: each month's hits are looked at once.

Visitors belong to a day and a day to one file, so the answers of files add up. Nothing here needs a
database: a file may be asked by any process that can read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_

import polars as pl

from visits.reports.archive_columns import VISITOR, read_columns
from visits.reports.archive_selection import MonthFiles, is_like, selected_visits
from visits.reports.meeting import Likes, Meeting, MeetingScan


def meet_month(files: MonthFiles, scan: MeetingScan) -> pl.LazyFrame:
    """Return, to be collected, the sums of a month; those of equal keys are to be added up.

    Columns are called `key_0` (the currency of earnings) and `sum_0`, `sum_1` ...
    """
    kinds = _conditions(scan.kinds)
    if isinstance(scan, Meeting):
        return _meetings(files, scan, kinds)
    return _earnings(files, scan, kinds)


# All months of a question ask for the same, and a condition takes longer to make than to apply.
@lru_cache(maxsize=8)
def _conditions(kinds: tuple[Likes, ...]) -> tuple[pl.Expr, ...]:
    return tuple(reduce(or_, map(is_like, likes)) for likes in kinds)


def _meetings(files: MonthFiles, scan: MeetingScan, kinds: Sequence[pl.Expr]) -> pl.LazyFrame:
    visitors = read_columns(files.visits, {VISITOR})[VISITOR]
    visitor = pl.lit(visitors).gather(pl.col("visit"))
    rows = _rows(files, scan, kinds, {"visit"}).with_columns(visitor.alias(VISITOR))
    return rows.select(
        _numbered((pl.col(VISITOR).filter(kind).n_unique(), kind.sum()) for kind in kinds)
    )


def _earnings(files: MonthFiles, scan: MeetingScan, kinds: Sequence[pl.Expr]) -> pl.LazyFrame:
    rows = _rows(files, scan, kinds, {"currency", "amount_micros"})
    paid = rows.filter(pl.col("currency").is_not_null()).rename({"currency": "key_0"})
    return paid.group_by("key_0").agg(
        _numbered((kind.sum(), pl.col("amount_micros").filter(kind).sum()) for kind in kinds)
    )


def _rows(
    files: MonthFiles, scan: MeetingScan, kinds: Sequence[pl.Expr], names: set[str]
) -> pl.LazyFrame:
    """Return the hits of any kind of the visits that are meant, with these columns."""
    condition = reduce(or_, kinds)
    selected = selected_visits(files, scan.visits)
    asked = (
        names | set(condition.meta.root_names()) | ({"visit"} if selected is not None else set())
    )
    rows = read_columns(files.hits, asked).lazy().filter(condition)
    return rows if selected is None else rows.filter(pl.lit(selected).gather(pl.col("visit")))


def _numbered(pairs: Iterable[tuple[pl.Expr, pl.Expr]]) -> list[pl.Expr]:
    sums = [each for pair in pairs for each in pair]
    return [each.cast(pl.Int64).alias(f"sum_{place}") for place, each in enumerate(sums)]
