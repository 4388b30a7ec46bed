"""Rows of months of the archive as one table: what a small month costs is that it is asked by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import polars as pl

from visits.reports.archive_columns import VISITOR, read_columns
from visits.reports.archive_selection import MonthFiles, selected_visits
from visits.reports.scan import Scan

# Months with more visits than these are better asked by themselves: their rows take longer than that.
MAX_VISITS_TOGETHER = 200_000


class ArchiveRows:
    """The visits that a scan of visits means and their hits, of one month or more.

    `visit` of a hit is the row of its visit among those of all months, and no visitor is one of two.
    """

    def __init__(self, months: Sequence[MonthFiles], scan: Scan) -> None:
        self.months, self.scan = months, scan

    def hits(self, names: set[str]) -> pl.DataFrame:
        """Return columns of all hits."""
        frames = (read_columns(files.hits, names) for files in self.months)
        return self._together(frames, "visit")

    def visits(self, names: Iterable[str]) -> pl.DataFrame:
        """Return columns of all visits."""
        asked = set(names) or {"is_sole"}
        frames = (read_columns(files.visits, asked) for files in self.months)
        return self._together(frames, VISITOR)

    @cached_property
    def selected(self) -> pl.Series | None:
        """Return for each visit whether it is meant; None when all of them are."""
        masks = [selected_visits(files, self.scan) for files in self.months]
        if len(masks) == 1:
            return masks[0]
        if all(mask is None for mask in masks):
            return None
        all_of = [
            pl.repeat(True, _height(files), dtype=pl.Boolean, eager=True) if mask is None else mask
            for files, mask in zip(self.months, masks, strict=True)
        ]
        return pl.concat(all_of, rechunk=True)

    def _together(self, frames: Iterable[pl.DataFrame], numbered: str) -> pl.DataFrame:
        """Return the rows of all months; what is numbered in each of them counts through all."""
        if len(self.months) == 1:
            return next(iter(frames))
        shifted = [
            frame.with_columns(pl.col(numbered) + first) if numbered in frame.columns else frame
            for frame, first in zip(frames, self._first_visits, strict=True)
        ]
        return pl.concat(shifted, rechunk=True)

    @cached_property
    def _first_visits(self) -> list[int]:
        """Return for each month how many visits those before it have."""
        firsts = [0]
        for files in self.months[:-1]:
            firsts.append(firsts[-1] + _height(files))
        return firsts


def together(months: Sequence[MonthFiles]) -> Iterator[list[MonthFiles]]:
    """Yield the months in groups that are asked at once: large ones alone, small ones with others."""
    group: list[MonthFiles] = []
    visits = 0
    for files in months:
        height = _height(files)
        if group and visits + height > MAX_VISITS_TOGETHER:
            yield group
            group, visits = [], 0
        group.append(files)
        visits += height
    if group:
        yield group


def _height(files: MonthFiles) -> int:
    return read_columns(files.visits, {"is_sole"}).height
