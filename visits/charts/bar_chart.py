"""The geometry of a small chart of bars, drawn by the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Pixels, as templates/components/_bar_chart.html draws it.
CHART_HEIGHT = 120
# The least that can be seen of something.
SMALLEST_BAR = 4
# How much of its slot a bar takes.
BAR_SHARE = 0.7
EDGE_PERCENT = 5


@dataclass(frozen=True, slots=True)
class BarValue:
    """A bar to be drawn: `words` say what and how much, `tick` stands below it or is empty."""

    words: str
    tick: str
    value: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar within its slot: x and widths in percent of all, y and height in pixels from the top."""

    words: str
    tick: str
    anchor: str
    middle: float
    slot: float
    slot_width: float
    x: float
    width: float
    y: float
    height: float


def bar_chart(values: Sequence[BarValue]) -> list[Bar]:
    """Return the bars side by side, the largest as high as the chart."""
    return list(_bars(values))


def _bars(values: Sequence[BarValue]) -> Iterator[Bar]:
    most = max((value.value for value in values), default=0)
    slot = 100 / max(1, len(values))
    for number, value in enumerate(values):
        start = number * slot
        height = max(SMALLEST_BAR, CHART_HEIGHT * value.value / most) if value.value else 0
        yield Bar(
            words=value.words,
            tick=value.tick,
            anchor=_anchor(start + slot / 2),
            middle=round(start + slot / 2, 2),
            slot=round(start, 2),
            slot_width=round(slot, 2),
            x=round(start + slot * (1 - BAR_SHARE) / 2, 2),
            width=round(slot * BAR_SHARE, 2),
            y=round(CHART_HEIGHT - height, 1),
            height=round(height, 1),
        )


def _anchor(middle: float) -> str:
    """Return how the words below a bar stand to it, so that none leave the drawing."""
    if middle < EDGE_PERCENT:
        return "start"
    return "end" if middle > 100 - EDGE_PERCENT else "middle"
