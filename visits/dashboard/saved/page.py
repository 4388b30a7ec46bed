"""A shared report as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from visits.charts.series import SeriesDrawing
from visits.dashboard.label import Pieces, pieces
from visits.dashboard.link import ChoiceLink
from visits.saved.answer import Answer, ChartBar


@dataclass(frozen=True, slots=True)
class BarRow:
    """What templates/components/_bar_list.html shows; `filter` looks into the row."""

    label: str
    pieces: Pieces
    value: str
    exact: str
    bar_percent: float
    filter: ChoiceLink | None


def bar_rows(answer: Answer) -> list[BarRow]:
    """Return the bars of a report, none where its picture is another one."""
    return [_bar_row(bar) for bar in answer.bars.bars] if answer.bars else []


def series_of(answer: Answer) -> SeriesDrawing | None:
    """Return the series of a report. It is drawn for the days that staff have chosen, so without zoom."""
    return replace(answer.series, can_zoom=False) if answer.series else None


def _bar_row(bar: ChartBar) -> BarRow:
    link = ChoiceLink(bar.label, bar.link, chosen="") if bar.link else None
    return BarRow(bar.label, pieces(bar.label), bar.value, bar.exact, bar.percent, link)
