"""A series for paper, where drawings have a fixed size and nothing keeps the width of stretched lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from visits.charts.series import Gridline, SeriesDrawing

# Units of the drawing in templates/pdf/report.html; heights are those of every series.
PAPER_WIDTH = 680
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
# A command of a path with its numbers, as visits.charts.geometry writes them.
COMMAND = re.compile(r"([MlHVz])([^MlHVz]*)")


@dataclass(frozen=True, slots=True)
class PaperTick:
    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PaperSeries:
    """What is drawn: paths, and where words stand."""

    label: str
    period: str
    comparison: str
    nothing: str
    area: str
    line: str
    partial_line: str
    comparison_line: str
    gridlines: list[Gridline]
    ticks: list[PaperTick]


def series_on_paper(series: SeriesDrawing) -> PaperSeries:
    """Return a series as wide as the paper."""
    factor = PAPER_WIDTH / series.width
    return PaperSeries(
        label=series.label,
        period=series.period,
        comparison=series.comparison if series.comparison_line else "",
        nothing=series.nothing,
        area=stretched(series.area, factor),
        line=stretched(series.line, factor),
        partial_line=stretched(series.partial_line, factor),
        comparison_line=stretched(series.comparison_line, factor),
        gridlines=series.gridlines,
        ticks=[
            PaperTick(round(tick.x * PAPER_WIDTH / 100, 1), tick.label, tick.anchor)
            for tick in series.ticks
        ],
    )


def stretched(path: str, factor: float) -> str:
    """Return a path of a series so many times as wide."""
    return COMMAND.sub(lambda found: found[1] + _numbers(found[1], found[2], factor), path)


def _numbers(command: str, text: str, factor: float) -> str:
    """Return the numbers of a command, of which every x is stretched: those in even places."""
    numbers = [float(number) for number in NUMBER.findall(text)]
    if command == "V":
        return text
    return " ".join(
        f"{round(number * factor, 2) if place % 2 == 0 else number:g}"
        for place, number in enumerate(numbers)
    )
