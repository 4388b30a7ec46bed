"""The totals of a report as tiles, and how a change reads."""

from __future__ import annotations

from dataclasses import dataclass

from visits.dashboard.choice import Choice
from visits.reports.results import Cell, Report
from visits.templatetags.stats import change_size, direction, metric_exact, metric_value, tone


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words. `tone` is good, bad or empty; `direction` is up, down, flat or empty."""

    text: str
    direction: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A total. `chosen` is what js/choice.js needs (see Choice.chosen)."""

    name: str
    label: str
    value: str
    exact: str
    url: str
    chosen: str
    is_chosen: bool
    change: Change | None


def tiles(report: Report, choice: Choice) -> list[Tile]:
    """Return a tile for each total; each leads to the series of its metric."""
    return [
        Tile(
            name=cell.metric.name,
            label=str(cell.metric.label),
            value=metric_value(cell.value, cell.metric),
            exact=metric_exact(cell.value, cell.metric),
            url=choice.with_metric(cell.metric.name).query(),
            chosen=choice.with_metric(cell.metric.name).chosen("metric"),
            is_chosen=cell.metric.name == choice.metric,
            change=change_of(cell),
        )
        for cell in report.cells(report.rows[0])
    ]


def change_of(cell: Cell) -> Change | None:
    """Return the change of a value in words, None when there is nothing to compare with."""
    rate = cell.change_rate
    if rate is None:
        return None
    value, before = (metric_exact(each, cell.metric) for each in (cell.value, cell.previous))
    return Change(
        text=change_size(rate),
        direction=direction(rate),
        tone=tone(rate, cell.metric),
        title=f"{value}, before {before}",
    )
