"""From values to the points of a drawing: the lines and areas of series and sparklines.

x is in percent of the width, in the paths of a series the number of the bucket; y in pixels, 0 at the
top. Every scale begins at zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from visits.reports.metrics import Unit

SERIES_HEIGHT = 240
# Room above the highest gridline for its label.
SERIES_HEADROOM = 18
SPARKLINE_HEIGHT = 32
SPARKLINE_HEADROOM = 2
MAX_GRIDLINES = 5
NICE_STEPS = (1, 2, 2.5, 5, 10)
# Of seconds: parts of a minute and of an hour, then hours.
NICE_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800)
SECONDS_PER_HOUR = 3_600
# A quarter of a year by the day; more stand closer than ten pixels.
MOST_EXACT_POINTS = 100
# What is drawn of a value with nothing beside it, to either side: as a share of the width, and of a bucket.
DASH_SHARE = 0.01
DASH_AT_MOST = 0.3


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float

    def __str__(self) -> str:
        return f"{self.x:g},{self.y:g}"


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to y. `step` is the distance of two gridlines, in the values' unit."""

    top: float
    step: float
    height: int
    headroom: int

    def y(self, value: float) -> float:
        share = value / self.top if self.top else 0
        return round(self.height - share * (self.height - self.headroom), 2)

    def gridlines(self) -> list[float]:
        """Return the values of the gridlines above zero, from the lowest to the highest."""
        return [self.step * number for number in range(1, round(self.top / self.step) + 1)]


def series_scale(values: Sequence[float], unit: Unit) -> Scale:
    """Return a scale whose gridlines are at round numbers of the unit; whole ones for counts."""
    highest = max(values, default=0)
    step = _step_of(unit, highest / (MAX_GRIDLINES - 1))
    top = step * max(1, math.ceil(highest / step - 1e-9))
    return Scale(top, step, SERIES_HEIGHT, SERIES_HEADROOM)


def _step_of(unit: Unit, smallest: float) -> float:
    """Return the smallest round step that is not below `smallest`."""
    if unit is Unit.SECONDS and smallest > 0:
        return _step_of_seconds(smallest)
    return _nice_step(smallest, is_whole=unit is Unit.COUNT)


def _step_of_seconds(smallest: float) -> float:
    step = next((step for step in NICE_SECONDS if step >= smallest * (1 - 1e-9)), None)
    hours = smallest / SECONDS_PER_HOUR
    return step or SECONDS_PER_HOUR * _nice_step(hours, is_whole=True)


def _nice_step(smallest: float, *, is_whole: bool) -> float:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `smallest`."""
    if smallest <= 0:
        return 1
    power = 10 ** math.floor(math.log10(smallest))
    steps = [nice * power for nice in NICE_STEPS if nice * power >= smallest * (1 - 1e-9)]
    if not is_whole:
        return steps[0]
    return next((step for step in steps if step >= 1 and float(step).is_integer()), 1)


def xs(count: int) -> list[float]:
    """Return where `count` points stand, from the left edge to the right; one stands in the middle."""
    if count == 1:
        return [50.0]
    return [round(100 * number / (count - 1), 3) for number in range(count)]


def points(values: Sequence[float], scale: Scale) -> list[Point]:
    """Return the point of each value; equally far apart."""
    return [Point(x, scale.y(value)) for x, value in zip(xs(len(values)), values, strict=True)]


def line(corners: Sequence[Point]) -> str:
    """Return the corners as an SVG polyline has them; a single one becomes a short dash."""
    if len(corners) == 1:
        only = corners[0]
        corners = [Point(only.x - 1, only.y), Point(only.x + 1, only.y)]
    return " ".join(map(str, corners))


def area(corners: Sequence[Point], height: int) -> str:
    """Return the area between a line and zero as an SVG polygon has it; empty without a line."""
    if not corners:
        return ""
    return f"{corners[0].x:g},{height} {line(corners)} {corners[-1].x:g},{height}"


# The paths of a series: short, because a year by the day is drawn three times.

Corners = Sequence[Point | None]


def plot_width(count: int) -> int:
    """Return the width of the drawing of so many buckets, in which the x of each is its number."""
    return max(count - 1, 1)


def corners(values: Sequence[float | None], scale: Scale, count: int) -> list[Point | None]:
    """Return the point of each value, None for none; a single bucket stands in the middle.

    Many are on whole pixels: nobody sees the difference, and a year by the day is half as long.
    """
    digits = 1 if count <= MOST_EXACT_POINTS else 0
    heights = {value: round(scale.y(value), digits) for value in set(values) if value is not None}
    return [
        None if value is None else Point(number if count > 1 else 0.5, heights[value])
        for number, value in enumerate(values)
    ]


def path(points: Corners, width: int) -> str:
    """Return an SVG path through the points, with gaps where there is none; one alone is a dash."""
    return "".join(f"M{_joined(run, width)}" for run in _runs(points))


def path_area(points: Corners, width: int) -> str:
    """Return the area between such a path and zero; a dash has none, unless there is nothing else."""
    runs = [run for run in _runs(points) if len(run) > 1 or len(points) == 1]
    return "".join(f"M{_joined(run, width)}V{SERIES_HEIGHT}H{run[0].x:g}z" for run in runs)


def _runs(points: Corners) -> Iterator[list[Point]]:
    """Yield the points between gaps."""
    for is_gap, group in groupby(points, key=lambda point: point is None):
        if not is_gap:
            yield [point for point in group if point is not None]


def _joined(run: Sequence[Point], width: int) -> str:
    """Return points as a path has them: the first one, and how far each is from the one before it."""
    corners = run if len(run) > 1 else _dash(run[0], width)
    steps = " ".join(f"{across:g} {up:g}" for across, up in _steps(corners))
    return f"{corners[0]}l{steps}"


def _steps(corners: Sequence[Point]) -> Iterator[tuple[float, float]]:
    """Yield how far each point is from the one before it; level ones together: a night is one step."""
    level = 0.0
    for point, following in pairwise(corners):
        across, up = following.x - point.x, round(following.y - point.y, 1)
        if not up:
            level += across
            continue
        if level:
            yield level, 0
            level = 0.0
        yield across, up
    if level:
        yield level, 0


def _dash(only: Point, width: int) -> list[Point]:
    half = min(width * DASH_SHARE, DASH_AT_MOST)
    ends = (max(only.x - half, 0), min(only.x + half, width))
    return [Point(round(x, 4), only.y) for x in ends]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Line and area of a small drawing; the last piece, which still runs, is a bare line of its own."""

    line: str
    running_line: str
    area: str


def sparkline(values: Sequence[float]) -> Sparkline:
    """Return the drawing of values by the day, the last of which is today's."""
    scale = Scale(max(values, default=0) or 1, 1, SPARKLINE_HEIGHT, SPARKLINE_HEADROOM)
    corners = points(values, scale)
    return Sparkline(
        line=line(corners[:-1]),
        running_line=line(corners[-2:]),
        area=area(corners[:-1], SPARKLINE_HEIGHT),
    )
