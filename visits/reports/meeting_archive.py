"""Answers questions about several kinds of hits from the archive: the hits of several months at once.

Most of these questions are about few hits, and what they cost is the number of expressions. Visitors
belong to a day and a day to one file, so the answers of files add up. Nothing here needs a database: a
file may be asked by any process that can read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_

import polars as pl

from visits.reports.archive_columns import VISITOR
from visits.reports.archive_rows import ArchiveRows, together
from visits.reports.archive_selection import MonthFiles, is_like
from visits.reports.meeting import Likes, Meeting, MeetingScan
from visits.reports.scan_archive import fold_frames


def meet_months(months: Sequence[MonthFiles], scan: MeetingScan) -> pl.DataFrame:
    """Return the sums of months; those of equal keys are to be added up.

    Columns are called `key_0` (the currency of earnings) and `sum_0`, `sum_1` ...
    """
    kinds = _conditions(scan.kinds)
    answer = _meetings if isinstance(scan, Meeting) else _earnings
    rows = (ArchiveRows(group, scan.visits) for group in together(months))
    return fold_frames([answer(each, kinds) for each in rows], scan.KEY_COUNT)


# A condition takes longer to make than to apply.
@lru_cache(maxsize=8)
def _conditions(kinds: tuple[Likes, ...]) -> tuple[pl.Expr, ...]:
    return tuple(
        reduce(or_, map(is_like, likes)).alias(f"kind_{place}") for place, likes in enumerate(kinds)
    )


def _meetings(rows: ArchiveRows, kinds: Sequence[pl.Expr]) -> pl.LazyFrame:
    visitor = pl.lit(rows.visits({VISITOR})[VISITOR]).gather(pl.col("visit")).alias(VISITOR)
    met = [f"kind_{place}" for place in range(len(kinds))]
    return (
        _hits(rows, kinds, {"visit"})
        .select("visit", *kinds)
        .filter(pl.any_horizontal(met))
        .with_columns(visitor)
        .select(
            _numbered((pl.col(VISITOR).filter(kind).n_unique(), pl.col(kind).sum()) for kind in met)
        )
    )


def _earnings(rows: ArchiveRows, kinds: Sequence[pl.Expr]) -> pl.LazyFrame:
    met = [f"kind_{place}" for place in range(len(kinds))]
    amount = pl.col("amount_micros")
    return (
        _hits(rows, kinds, {"currency", "amount_micros"})
        .filter(pl.col("currency").is_not_null())
        .select(pl.col("currency").alias("key_0"), amount, *kinds)
        .filter(pl.any_horizontal(met))
        .group_by("key_0")
        .agg(_numbered((pl.col(kind).sum(), amount.filter(kind).sum()) for kind in met))
    )


def _hits(rows: ArchiveRows, kinds: Sequence[pl.Expr], names: set[str]) -> pl.LazyFrame:
    """Return the hits of the visits that are meant, with these columns and those of the conditions."""
    asked = names.union(*(kind.meta.root_names() for kind in kinds))
    if rows.selected is None:
        return rows.hits(asked).lazy()
    hits = rows.hits(asked | {"visit"}).lazy()
    return hits.filter(pl.lit(rows.selected).gather(pl.col("visit")))


def _numbered(pairs: Iterable[tuple[pl.Expr, pl.Expr]]) -> list[pl.Expr]:
    sums = [each for pair in pairs for each in pair]
    return [each.cast(pl.Int64).alias(f"sum_{place}") for place, each in enumerate(sums)]
