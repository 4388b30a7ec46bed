"""The totals of a report as tiles, and how a change reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from visits.dashboard.choice import Choice
from visits.dashboard.tile_choice import ONLY_WITH_VALUE
from visits.reports.metrics import MICROS, Revenue, number
from visits.reports.results import Cell, Report
from visits.templatetags.stats import (
    NO_BREAK_SPACE,
    change_size,
    compact,
    direction,
    metric_exact,
    metric_value,
    tone,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words. `tone` is good, bad or empty; `direction` is up, down, flat or empty."""

    text: str
    direction: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A total; `unit` is the currency of an amount. `chosen` is for js/choice.js (see Choice.chosen)."""

    name: str
    label: str
    value: str
    exact: str
    url: str
    chosen: str
    is_chosen: bool
    change: Change | None
    unit: str = ""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Return the value as figures, each with the word behind it: "1" and "Min.", "38" and "s"."""
        return [_figure_and_word(part) for part in self.value.split(" ")]


def tiles(report: Report, choice: Choice, shown: str) -> list[Tile]:
    """Return a tile for each total; each leads to the series of its metric, of which one is `shown`."""
    return [
        _tile(cell, choice, is_chosen=cell.metric.name == shown)
        for cell in report.cells(report.rows[0])
        if cell.metric.name == shown or _says_something(cell)
    ]


def _figure_and_word(text: str) -> tuple[str, str]:
    figure, _space, word = text.partition(NO_BREAK_SPACE)
    return (text, "") if word == "%" else (figure, word)


def _says_something(cell: Cell) -> bool:
    has_value = bool(number(cell.value) or number(cell.previous))
    return has_value or cell.metric.name not in ONLY_WITH_VALUE


def _tile(cell: Cell, choice: Choice, *, is_chosen: bool) -> Tile:
    other = choice.with_metric(cell.metric.name)
    value, unit = _short(cell)
    return Tile(
        name=cell.metric.name,
        label=str(cell.metric.label),
        value=value,
        exact=metric_exact(cell.value, cell.metric),
        url=other.query(),
        chosen=other.chosen("metric"),
        is_chosen=is_chosen,
        change=change_of(cell),
        unit=unit,
    )


def _short(cell: Cell) -> tuple[str, str]:
    """Return a value and its unit; of amounts in several currencies, the largest and that there are more."""
    if not isinstance(cell.value, Revenue):
        return metric_value(cell.value, cell.metric), ""
    if not cell.value.amounts:
        return compact(0), ""
    currency, micros = cell.value.amounts[0]
    more = " +" if len(cell.value.amounts) > 1 else ""
    return compact(micros / MICROS), f"{currency}{more}"


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
        title=_("%(value)s, before %(before)s") % {"value": value, "before": before},
    )
