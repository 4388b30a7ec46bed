"""A series as columns of block characters in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

HEIGHT = 8
BLOCKS = " ▁▂▃▄▅▆▇█"
FULL = len(BLOCKS) - 1


def column_chart(values: Sequence[float | None], top: str, *, height: int = HEIGHT) -> list[str]:
    """Return lines from the top to the bottom, a column for each value, the highest as high as the chart.

    `top` is what the highest value is called, beside the first line; zero stands beside the last. What is
    more than nothing can be seen; None leaves a gap.
    """
    levels = _levels(values, height)
    margin = len(top)
    return [
        f"{_beside(line, height, top):>{margin}} ┤{_row(levels, height - 1 - line)}".rstrip()
        for line in range(height)
    ]


def _beside(line: int, height: int, top: str) -> str:
    if line == 0:
        return top
    return "0" if line == height - 1 else ""


def _levels(values: Sequence[float | None], height: int) -> list[int]:
    """Return how high each column is, in eighths of a line."""
    most = max((value for value in values if value is not None), default=0)
    if most <= 0:
        return [0] * len(values)
    return [max(1, round(value / most * height * FULL)) if value else 0 for value in values]


def _row(levels: Sequence[int], line: int) -> str:
    return "".join(BLOCKS[min(FULL, max(0, level - line * FULL))] for level in levels)
