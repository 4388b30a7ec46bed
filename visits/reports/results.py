"""The answer that every report gives: rows of values, with those of the comparison beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from visits.reports.dimensions import Dimension
from visits.reports.metrics import Metric, Revenue, Value
from visits.reports.period import Interval
from visits.reports.query import ReportQuery


def change_rate(value: Value, previous: Value) -> float | None:
    """Return the change as a share of what was before: 0.5 is half as much again. None from nothing,
    and between amounts of different currencies."""
    if isinstance(value, Revenue) or isinstance(previous, Revenue):
        return _change_of_revenue(value, previous)
    if value is None or not previous:
        return None
    return (value - previous) / previous


def _change_of_revenue(value: Value, previous: Value) -> float | None:
    if not isinstance(value, Revenue) or not isinstance(previous, Revenue):
        return None
    now, before = dict(value.amounts), dict(previous.amounts)
    if len(now) != 1 or now.keys() != before.keys():
        return None
    [currency] = now
    return change_rate(now[currency], before[currency])


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of a series: aware instants in the site's time zone, `end` excluded.

    `is_partial`: it is still running, or the period covers only a part of it.
    """

    start: dt.datetime
    end: dt.datetime
    is_partial: bool
    is_future: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row together with its metric."""

    metric: Metric
    value: Value
    previous: Value = None

    @property
    def change_rate(self) -> float | None:
        return change_rate(self.value, self.previous)


@dataclass(frozen=True, slots=True)
class Row:
    """Values in the order of the report's metrics; `previous` is None without a comparison.

    `key` holds the stored texts of a dimension's value, such as ("DE", "Bavaria", "Munich"), and `label`
    words for it; `country` is the code of a place, `bucket` the span of a series. `labels` and `texts`
    have the words and the text in filters of each dimension's value.
    """

    key: tuple[str, ...]
    label: str
    values: tuple[Value, ...]
    previous: tuple[Value, ...] | None = None
    country: str = ""
    bucket: Bucket | None = None
    labels: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[float | None, ...]:
        if self.previous is None:
            return (None,) * len(self.values)
        return tuple(map(change_rate, self.values, self.previous))


@dataclass(frozen=True, slots=True)
class Report:
    """The rows that were asked for, of `total_rows`: one of totals, a bucket each of a series, or a page
    of a breakdown by `dimensions`."""

    query: ReportQuery
    metrics: tuple[Metric, ...]
    rows: Sequence[Row]
    total_rows: int
    dimensions: tuple[Dimension, ...] = ()
    interval: Interval | None = None

    @property
    def dimension(self) -> Dimension | None:
        """Return the first dimension."""
        return self.dimensions[0] if self.dimensions else None

    def cells(self, row: Row) -> tuple[Cell, ...]:
        """Return the values of a row with their metrics."""
        previous = row.previous or (None,) * len(row.values)
        return tuple(map(Cell, self.metrics, row.values, previous))

    def column(self, metric: str) -> tuple[Value, ...]:
        """Return the values of one metric, row by row. Raises KeyError when it was not asked for."""
        position = {known.name: number for number, known in enumerate(self.metrics)}[metric]
        return tuple(row.values[position] for row in self.rows)
