"""Answers questions about several kinds of hits from the archive: the hits of all months are one table.

Most of these questions are about few hits, and what they cost is the number of expressions: twelve
months asked by themselves take four times as long. Visitors belong to a day and a day to one file, so
the answers of files add up. Nothing here needs a database: a file may be asked by any process that can
read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_

import polars as pl

from visits.reports.archive_columns import VISITOR, read_columns
from visits.reports.archive_selection import MonthFiles, is_like, selected_visits
from visits.reports.meeting import Likes, Meeting, MeetingScan
from visits.reports.scan import Scan


def meet_months(months: Sequence[MonthFiles], scan: MeetingScan) -> pl.DataFrame:
    """Return the sums of months; those of equal keys are to be added up.

    Columns are called `key_0` (the currency of earnings) and `sum_0`, `sum_1` ...
    """
    kinds = _conditions(scan.kinds)
    answer = _meetings if isinstance(scan, Meeting) else _earnings
    return answer(months, scan, kinds).collect()


# A condition takes longer to make than to apply.
@lru_cache(maxsize=8)
def _conditions(kinds: tuple[Likes, ...]) -> tuple[pl.Expr, ...]:
    return tuple(
        reduce(or_, map(is_like, likes)).alias(f"kind_{place}") for place, likes in enumerate(kinds)
    )


def _meetings(
    months: Sequence[MonthFiles], scan: MeetingScan, kinds: Sequence[pl.Expr]
) -> pl.LazyFrame:
    visitor = pl.lit(_visitors(months)).gather(pl.col("visit")).alias(VISITOR)
    met = [f"kind_{place}" for place in range(len(kinds))]
    rows = _hits(months, scan.visits, kinds, {"visit"}).select("visit", *kinds)
    return (
        rows.filter(pl.any_horizontal(met))
        .with_columns(visitor)
        .select(_numbered((pl.col(VISITOR).filter(kind).n_unique(), _count(kind)) for kind in met))
    )


def _earnings(
    months: Sequence[MonthFiles], scan: MeetingScan, kinds: Sequence[pl.Expr]
) -> pl.LazyFrame:
    met = [f"kind_{place}" for place in range(len(kinds))]
    rows = _hits(months, scan.visits, kinds, {"currency", "amount_micros"})
    paid = rows.filter(pl.col("currency").is_not_null())
    return (
        paid.select(pl.col("currency").alias("key_0"), "amount_micros", *kinds)
        .filter(pl.any_horizontal(met))
        .group_by("key_0")
        .agg(_numbered((_count(kind), pl.col("amount_micros").filter(kind).sum()) for kind in met))
    )


def _hits(
    months: Sequence[MonthFiles], visits: Scan, kinds: Sequence[pl.Expr], names: set[str]
) -> pl.LazyFrame:
    """Return the hits of the visits that are meant, with these columns and those of the conditions.

    `visit` counts through all months.
    """
    selected = _selected(months, visits)
    asked = names.union(*(kind.meta.root_names() for kind in kinds))
    if selected is not None:
        asked.add("visit")
    frames = [read_columns(files.hits, asked) for files in months]
    if "visit" in asked:
        frames = [
            frame.with_columns(pl.col("visit") + first)
            for frame, first in zip(frames, _first_rows(months), strict=True)
        ]
    rows = pl.concat(frames).lazy()
    return rows if selected is None else rows.filter(pl.lit(selected).gather(pl.col("visit")))


def _visitors(months: Sequence[MonthFiles]) -> pl.Series:
    """Return the visitor of each visit of the months, all of them different from those of other months."""
    numbers = [read_columns(files.visits, {VISITOR})[VISITOR] for files in months]
    return pl.concat(
        [own + first for own, first in zip(numbers, _first_rows(months), strict=True)], rechunk=True
    )


def _selected(months: Sequence[MonthFiles], visits: Scan) -> pl.Series | None:
    """Return for each visit of the months whether it is meant; None when all of them are."""
    masks = [selected_visits(files, visits) for files in months]
    if all(mask is None for mask in masks):
        return None
    return pl.concat(
        [
            pl.repeat(True, _height(files), dtype=pl.Boolean, eager=True) if mask is None else mask
            for files, mask in zip(months, masks, strict=True)
        ],
        rechunk=True,
    )


def _first_rows(months: Sequence[MonthFiles]) -> list[int]:
    """Return for each month how many visits those before it have."""
    rows = [0]
    for files in months[:-1]:
        rows.append(rows[-1] + _height(files))
    return rows


def _height(files: MonthFiles) -> int:
    return read_columns(files.visits, {VISITOR}).height


def _count(kind: str) -> pl.Expr:
    return pl.col(kind).sum()


def _numbered(pairs: Iterable[tuple[pl.Expr, pl.Expr]]) -> list[pl.Expr]:
    sums = [each for pair in pairs for each in pair]
    return [each.cast(pl.Int64).alias(f"sum_{place}") for place, each in enumerate(sums)]
