"""Breakdowns: metrics by the values of a dimension, a page of rows in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from visits.reports.dimensions import Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.metrics import Metric, Value, columns_of, get_metrics
from visits.reports.names import Names, sums_by_name
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row
from visits.reports.scan import Sums

PANEL_ROWS = 9
MAX_ROWS = 1_000


def breakdown(
    query: ReportQuery,
    dimension: str,
    metrics: Iterable[str] | None = None,
    *,
    limit: int = PANEL_ROWS,
    offset: int = 0,
    sort: str | None = None,
) -> Report:
    """Return `limit` rows from `offset` on; `total_rows` counts all values that occur in the period.

    `metrics` are the dimension's first two when left out. `sort` is the name of one of them, with "-" in
    front for the largest first: the first one's when left out. Undefined values come last, equal ones in
    the order of their texts. A row's `previous` is what its value was in the comparison, zero when it
    did not occur. One or two statements for each period, three for a page on several hosts. Raises
    InvalidQuery.
    """
    asked = get_dimension(dimension)
    known = _metrics(asked, metrics)
    order = _Order.parse(sort, known)
    _check_page(limit, offset)
    table = _Table.scan(query, asked, known)
    before = _Table.scan(query.at(query.comparison), asked, known) if query.comparison else None
    names = heapq.nsmallest(offset + limit, table.sums, key=lambda name: order.key(table, name))
    rows = tuple(_row(asked, name, table, before) for name in names[offset:])
    return Report(query, known, rows, total_rows=len(table.sums), dimension=asked)


@dataclass(frozen=True, slots=True)
class _Table:
    """The sums of a dimension's values in one period."""

    metrics: tuple[Metric, ...]
    columns: tuple[str, ...]
    sums: dict[Names, Sums]

    @classmethod
    def scan(cls, query: ReportQuery, dimension: Dimension, metrics: tuple[Metric, ...]) -> _Table:
        columns = columns_of(metrics)
        sums = sums_by_name(query, dimension, columns)
        if dimension.hides_empty:
            sums = {name: row for name, row in sums.items() if any(name)}
        return cls(metrics, columns, sums)

    def value(self, metric: Metric, name: Names) -> Value:
        row = self.sums.get(name, (0,) * len(self.columns))
        return metric.value(dict(zip(self.columns, row, strict=True)))

    def values(self, name: Names) -> tuple[Value, ...]:
        return tuple(self.value(metric, name) for metric in self.metrics)


@dataclass(frozen=True, slots=True)
class _Order:
    metric: Metric
    sign: int

    @classmethod
    def parse(cls, sort: str | None, metrics: tuple[Metric, ...]) -> _Order:
        """Return the order of such as "visitors" or "-visitors". Raises InvalidQuery."""
        text = f"-{metrics[0].name}" if sort is None else sort
        by_name = {metric.name: metric for metric in metrics}
        metric = by_name.get(text.removeprefix("-"))
        if metric is None:
            choices = ", ".join(by_name)
            raise InvalidQuery("sort", f"“{text[:40]}” is not a column here. Sort by {choices}.")
        return cls(metric, -1 if text.startswith("-") else 1)

    def key(self, table: _Table, name: Names) -> tuple[bool, float, Names]:
        value = table.value(self.metric, name)
        return value is None, self.sign * (value or 0), name


def _metrics(dimension: Dimension, names: Iterable[str] | None) -> tuple[Metric, ...]:
    """Return the metrics to show. Raises InvalidQuery for one that the dimension does not split."""
    metrics = get_metrics(dimension.metrics[:2] if names is None else names)
    for metric in metrics:
        if metric.name not in dimension.metrics:
            choices = ", ".join(dimension.metrics)
            raise InvalidQuery(
                "metrics",
                f"{metric.label} cannot be split by {dimension.name}. Choose of {choices}.",
            )
    if not metrics:
        raise InvalidQuery("metrics", "Choose one metric or more.")
    return metrics


def _check_page(limit: int, offset: int) -> None:
    if not 1 <= limit <= MAX_ROWS:
        raise InvalidQuery("limit", f"Choose 1 to {MAX_ROWS:,} rows.")
    if offset < 0:
        raise InvalidQuery("offset", "Rows are counted from 0.")


def _row(dimension: Dimension, name: Names, table: _Table, before: _Table | None) -> Row:
    return Row(
        key=name,
        label=dimension.words(*name),
        values=table.values(name),
        previous=before.values(name) if before else None,
        country=name[0] if dimension.is_place else "",
    )
