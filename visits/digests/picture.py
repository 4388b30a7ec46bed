"""A series as a picture for a mail: a line over its area, and dashed what it is compared with.

It has no letters: the mail says beside it what it shows, in the reader's own size and type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot

from visits.digests.png import Colour, png

Values = Sequence[float | None]

# Twice the size at which it is shown, for screens with small points.
WIDTH, HEIGHT = 1120, 300
THICKNESS, MARGIN = 4.0, 6
GRIDLINES = 4
DASH = 10
# The tokens panel, hairline, accent wash, control edge and accent of the light theme, in sRGB.
PANEL: Colour = (255, 255, 255)
HAIRLINE: Colour = (223, 225, 231)
WASH: Colour = (230, 238, 255)
MUTED: Colour = (139, 145, 157)
ACCENT: Colour = (67, 100, 223)
GROUNDS = (PANEL, HAIRLINE, WASH)
PENS = (MUTED, ACCENT)
ON_PANEL, ON_HAIRLINE, ON_WASH = range(len(GROUNDS))
BEFORE, NOW = range(len(PENS))
# Edges are smooth: a point that is covered in part has a colour in between.
SHADES = 16

Columns = list[bytearray]


def line_picture(values: Values, before: Values = ()) -> bytes:
    """Return the series as PNG, from zero to the largest value. None leaves a gap."""
    top = max((value for value in (*values, *before) if value is not None), default=0) or 1
    columns = _ground()
    for x, y, _ in _heights(values, top):
        columns[x][round(y) :] = bytes([ON_WASH]) * (HEIGHT - round(y))
    for x, y, slope in _heights(before, top):
        if x // DASH % 2 == 0:
            _draw(columns[x], y, slope, BEFORE)
    for x, y, slope in _heights(values, top):
        _draw(columns[x], y, slope, NOW)
    return png([bytes(row) for row in zip(*columns, strict=True)], _palette())


def _ground() -> Columns:
    """Return the picture, column by column, with gridlines only."""
    column = bytearray(HEIGHT)
    for number in range(GRIDLINES):
        column[round(MARGIN + number * (HEIGHT - 1 - MARGIN) / (GRIDLINES - 1))] = ON_HAIRLINE
    return [bytearray(column) for _ in range(WIDTH)]


def _heights(values: Values, top: float) -> Iterator[tuple[int, float, float]]:
    """Yield, for each column of points with a value, where the line is and how steep."""
    if len(values) == 1:
        values = [values[0], values[0]]
    if not values:
        return
    step = (WIDTH - 1) / (len(values) - 1)
    for x in range(WIDTH):
        place = min(int(x / step), len(values) - 2)
        left, right = values[place], values[place + 1]
        if left is None or right is None:
            continue
        begin, end = _y(left, top), _y(right, top)
        yield x, begin + (end - begin) * (x / step - place), (end - begin) / step


def _y(value: float, top: float) -> float:
    return MARGIN + (HEIGHT - 1 - 2 * MARGIN) * (1 - value / top)


def _draw(column: bytearray, y: float, slope: float, pen: int) -> None:
    """Draw a line across a column of points; the steeper it is, the more of them it covers."""
    half = THICKNESS * hypot(1, slope) / 2
    above, below = max(y - half, 0.0), min(y + half, HEIGHT - 1.0)
    for point in range(int(above), int(below) + 1):
        covered = min(below, point + 1) - max(above, point)
        shade = round(covered * SHADES)
        if shade > 0:
            column[point] = _colour(column[point], pen, shade)


def _colour(ground: int, pen: int, shade: int) -> int:
    """Return the number of a colour of the palette: a pen that covers so much of a ground."""
    known = ground if ground < len(GROUNDS) else ON_PANEL
    return len(GROUNDS) + (known * len(PENS) + pen) * SHADES + shade - 1


def _palette() -> Iterator[Colour]:
    yield from GROUNDS
    for ground in GROUNDS:
        for pen in PENS:
            for shade in range(1, SHADES + 1):
                yield _mixed(ground, pen, shade / SHADES)


def _mixed(ground: Colour, pen: Colour, share: float) -> Colour:
    red, green, blue = (
        round(low + (high - low) * share) for low, high in zip(ground, pen, strict=True)
    )
    return red, green, blue
