"""Questions to months of the archive: what is asked, and answers of months by themselves as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from visits.reports.archive_selection import MonthFiles
from visits.reports.scan_archive import fold_frames

# Columns of keys come first in what is answered, then sums; rows of equal keys are to be added up.
Ask = Callable[[Sequence[MonthFiles]], pl.DataFrame]


def each_month(
    months: Sequence[MonthFiles], ask: Callable[[MonthFiles], pl.LazyFrame], key_count: int
) -> pl.DataFrame:
    """Return what is asked of each month by itself as one: so many columns of keys, then sums."""
    return fold_frames([ask(files) for files in months], key_count)
