"""The numbers of a row of details, and those of all rows together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from visits.dashboard.tiles import Change, change_of
from visits.reports.dimensions import Dimension
from visits.reports.filters import GOAL
from visits.reports.metrics import OF_TOTALS, Metric, Revenue, Sum, Value
from visits.reports.query import ReportQuery
from visits.reports.representation import amount
from visits.reports.results import Cell
from visits.reports.totals import totals
from visits.templatetags.stats import metric_exact, metric_value

# What makes of a visit only some of its pages.
OF_PAGES = frozenset(("page", "hostname", "title"))
DIGITS = 4


@dataclass(frozen=True, slots=True)
class DetailCell:
    """`plain` is the number for a file, empty where there is none."""

    value: str
    exact: str
    plain: str
    change: Change | None


def detail_cell(cell: Cell) -> DetailCell:
    return DetailCell(
        value=metric_value(cell.value, cell.metric),
        exact=metric_exact(cell.value, cell.metric),
        plain=_plain(cell.value),
        change=change_of(cell),
    )


def total_cells(
    query: ReportQuery, dimension: Dimension, metrics: Iterable[Metric]
) -> tuple[Cell, ...]:
    """Return what all values are together, a cell for each metric; none of goals, which are not added up.

    A scan for each kind of facts and each period.
    """
    if dimension.name == GOAL:
        return ()
    metrics = tuple(metrics)
    asked = [metric.name for metric in metrics if metric.name in OF_TOTALS]
    found = totals(query, dict.fromkeys((*asked, "visitors", "visits")))
    known = {cell.metric.name: cell for cell in found.cells(found.rows[0])}
    now = _sums(query, {name: cell.value for name, cell in known.items()})
    before = _sums(query, {name: cell.previous for name, cell in known.items()})
    return tuple(
        known.get(metric.name) or Cell(metric, _value(metric, now), _value(metric, before))
        for metric in metrics
    )


def _sums(query: ReportQuery, values: Mapping[str, Value]) -> dict[str, Sum]:
    """Return what else is known of everything: all visitors are all of them, and every visit begins on a
    page and ends on one. With a filter by pages, that may be another page than those that are shown."""
    known = {**values, "total_visitors": values["visitors"]}
    if not any(condition.name in OF_PAGES for condition in query.filters):
        known |= {"entries": values["visits"], "exits": values["visits"]}
    return {name: value for name, value in known.items() if isinstance(value, int)}


def _value(metric: Metric, sums: Mapping[str, Sum]) -> Value:
    is_known = all(name in sums for name in metric.columns)
    return metric.value(sums) if is_known else None


def _plain(value: Value) -> str:
    if isinstance(value, Revenue):
        return " + ".join(f"{amount(micros)} {currency}" for currency, micros in value.amounts)
    if value is None:
        return ""
    return str(round(value, DIGITS))
