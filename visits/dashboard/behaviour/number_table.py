"""Breakdowns with several numbers in a row: the first one is drawn as a bar behind it."""

from __future__ import annotations

from dataclasses import dataclass

from visits.dashboard.choice import Choice
from visits.dashboard.filters.chips import row_filter
from visits.dashboard.label import Pieces
from visits.dashboard.link import ChoiceLink
from visits.reports.metrics import Metric, Unit, number
from visits.reports.results import Cell, Report, Row
from visits.reports.visible import visible
from visits.templatetags.stats import metric_exact, metric_value

# A number that fits beside the name where there is little room; the others are left out there.
ALWAYS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class NumberHead:
    label: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Number:
    """`is_minor` numbers are left out on small screens."""

    value: str
    exact: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class NumberRow:
    """`filter` adds the row's value to the filters, or takes it away where it is one of them."""

    label: str
    pieces: Pieces
    numbers: tuple[Number, ...]
    bar_percent: float
    filter: ChoiceLink | None


@dataclass(frozen=True, slots=True)
class NumberTable:
    """What templates/components/_number_table.html shows."""

    name_label: str
    heads: tuple[NumberHead, ...]
    rows: list[NumberRow]
    total_rows: int


def number_table(report: Report, choice: Choice, name_label: str) -> NumberTable:
    """Return the rows of a breakdown by one dimension. Revenue is left out where there is none."""
    shown = [place for place, metric in enumerate(report.metrics) if _is_shown(report, metric)]
    largest = max((number(row.values[0]) for row in report.rows), default=0)
    return NumberTable(
        name_label=name_label,
        heads=tuple(
            NumberHead(str(metric.label), _is_minor(column))
            for column, metric in enumerate(report.metrics[place] for place in shown)
        ),
        rows=[_row(report, row, choice, shown, largest) for row in report.rows],
        total_rows=report.total_rows,
    )


def _is_shown(report: Report, metric: Metric) -> bool:
    return metric.unit is not Unit.MONEY or any(map(number, report.column(metric.name)))


def _row(report: Report, row: Row, choice: Choice, shown: list[int], largest: float) -> NumberRow:
    cells, label = report.cells(row), visible(row.label)
    return NumberRow(
        label=label,
        pieces=Pieces(label),
        numbers=tuple(_number(cells[place], column) for column, place in enumerate(shown)),
        bar_percent=round(100 * number(cells[0].value) / largest, 2) if largest else 0,
        filter=row_filter(choice, report.dimensions[0].name, row.texts[0], label),
    )


def _number(cell: Cell, column: int) -> Number:
    return Number(
        metric_value(cell.value, cell.metric),
        metric_exact(cell.value, cell.metric),
        _is_minor(column),
    )


def _is_minor(column: int) -> bool:
    return column >= ALWAYS_SHOWN
