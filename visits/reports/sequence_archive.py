"""Answers questions about the order of hits from the archive, whose hits are sorted by visit and time.

A visit lies in one file with all of its hits, so the answers of files add up. Nothing here needs a
database: a file may be asked by any process that can read it.
"""

from __future__ import annotations

import polars as pl

from visits.reports.archive_columns import read_columns
from visits.reports.archive_selection import MonthFiles, among, is_like, selected_visits
from visits.reports.scan import Only
from visits.reports.sequence import NOTHING, Neighbours, SequenceScan, Steps

# Rows of hits that come before and after all others.
FIRST = -1
NEVER = 1 << 62


def count_month(files: MonthFiles, scan: SequenceScan) -> pl.LazyFrame:
    """Return, to be collected, the counts of a month; those of equal keys are to be added up.

    Columns are called `key_0` (of neighbours) and `sum_0`, `sum_1` ...
    """
    if isinstance(scan, Steps):
        return _count_steps(files, scan)
    return _count_neighbours(files, scan)


def _count_steps(files: MonthFiles, steps: Steps) -> pl.LazyFrame:
    """Find for each visit the first hit of each step behind that of the step before.

    Taking the first is exact: any other hit leaves no more hits for the next step.
    """
    met = _beginnings(files, steps)
    counts = {}
    for place, like in enumerate(steps.likes):
        condition = is_like(like)
        hits = read_columns(files.hits, {"visit", *condition.meta.root_names()})
        rows = hits.lazy().with_row_index("row").filter(condition)
        found = rows.select("visit", pl.col("row").cast(pl.Int64)).collect()
        later = found.filter(pl.col("row") > pl.lit(met).gather(pl.col("visit")))
        firsts = later.filter(pl.col("visit").ne_missing(pl.col("visit").shift()))
        met = _repeated(NEVER, met.len()).scatter(firsts["visit"], firsts["row"])
        counts[f"sum_{place}"] = [firsts.height]
    return pl.LazyFrame(counts, schema=dict.fromkeys(counts, pl.Int64))


def _beginnings(files: MonthFiles, steps: Steps) -> pl.Series:
    """Return for each visit the row behind which its first step is looked for."""
    selected = selected_visits(files, steps.visits)
    if selected is None:
        return _repeated(FIRST, read_columns(files.visits, {"is_sole"}).height)
    return _repeated(NEVER, selected.len()).scatter(selected.arg_true(), FIRST)


def _repeated(row: int, count: int) -> pl.Series:
    return pl.repeat(row, count, dtype=pl.Int64, eager=True)


def _count_neighbours(files: MonthFiles, neighbours: Neighbours) -> pl.LazyFrame:
    hits = read_columns(files.hits, {"visit", "page", "is_view"})
    views = hits.filter(pl.col("is_view"))
    way = -1 if neighbours.is_next else 1
    is_same_visit = pl.col("visit") == pl.col("visit").shift(way)
    neighbour = pl.when(is_same_visit).then(pl.col("page").shift(way)).otherwise(NOTHING)
    rows = views.with_columns(neighbour.cast(pl.Int64).alias("key_0"))
    rows = rows.filter(among(Only("page", neighbours.pages)))
    selected = selected_visits(files, neighbours.visits)
    if selected is not None:
        rows = rows.filter(pl.lit(selected).gather(pl.col("visit")))
    return rows.lazy().group_by("key_0").agg(pl.len().cast(pl.Int64).alias("sum_0"))
