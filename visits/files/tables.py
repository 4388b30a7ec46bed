"""Reports as tables: a header, and rows that are made one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from visits.files.cells import Cell
from visits.reports import labels
from visits.reports.dimensions import Dimension
from visits.reports.metrics import Metric, Revenue, Unit, Value
from visits.reports.raw_hits import COLUMNS, RawHit
from visits.reports.representation import amount
from visits.reports.results import Report, Row


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as the header. They can be gone through once."""

    header: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    cell: Callable[[Row], Cell]


def report_table(report: Report) -> Table:
    """Return a report: what each row is about, then its metrics under their names.

    Beside a metric stand `previous_…` and `change_…` when the report is compared. Revenue has a column for
    each currency that occurs: `revenue_EUR`.
    """
    columns = [*_key_columns(report), *_metric_columns(report)]
    header = tuple(column.name for column in columns)
    return Table(header, (tuple(column.cell(row) for column in columns) for row in report.rows))


def hits_table(hits: Iterable[RawHit]) -> Table:
    """Return hits, a row each."""
    return Table(COLUMNS, (tuple(getattr(hit, name) for name in COLUMNS) for hit in hits))


# What a row is about


def _key_columns(report: Report) -> list[_Column]:
    if report.dimensions:
        return [
            column
            for place, dimension in enumerate(report.dimensions)
            for column in _dimension_columns(dimension, place)
        ]
    if report.interval is not None:
        return [
            _Column(report.interval.value, lambda row: row.key[0]),
            _Column("is_partial", lambda row: row.bucket is not None and row.bucket.is_partial),
            _Column("is_future", lambda row: row.bucket is not None and row.bucket.is_future),
        ]
    period = report.query.period
    return [_Column("from", lambda _: period.start), _Column("to", lambda _: period.end)]


def _dimension_columns(dimension: Dimension, place: int) -> list[_Column]:
    """Return the column of a value as filters name it; where people call it otherwise, one of its words."""
    columns = [_Column(dimension.name, lambda row: row.texts[place])]
    if dimension.words is not labels.text_label:
        columns.append(_Column(f"{dimension.name}_label", lambda row: row.labels[place]))
    return columns


# What it counts


def _metric_columns(report: Report) -> list[_Column]:
    is_compared = report.query.comparison is not None
    columns = []
    for place, metric in enumerate(report.metrics):
        columns += _value_columns(report, metric, "", _value_at(place))
        if is_compared:
            columns += _value_columns(report, metric, "previous_", _previous_at(place))
            columns.append(_Column(f"change_{metric.name}", _change_at(place)))
    return columns


def _value_columns(
    report: Report, metric: Metric, prefix: str, value_of: Callable[[Row], Value]
) -> list[_Column]:
    name = f"{prefix}{metric.name}"
    if metric.unit is not Unit.MONEY:
        return [_Column(name, lambda row: cast("float | None", value_of(row)))]
    currencies = sorted({each for row in report.rows for each in _amounts(value_of(row))})
    return [_Column(f"{name}_{each}", _amount_of(each, value_of)) for each in currencies]


def _amount_of(currency: str, value_of: Callable[[Row], Value]) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        micros = _amounts(value_of(row)).get(currency)
        return None if micros is None else amount(micros)

    return cell


def _amounts(value: Value) -> dict[str, int]:
    return dict(value.amounts) if isinstance(value, Revenue) else {}


def _value_at(place: int) -> Callable[[Row], Value]:
    return lambda row: row.values[place]


def _previous_at(place: int) -> Callable[[Row], Value]:
    return lambda row: None if row.previous is None else row.previous[place]


def _change_at(place: int) -> Callable[[Row], float | None]:
    return lambda row: row.changes[place]
