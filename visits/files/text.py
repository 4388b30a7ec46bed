"""Tables as lines of a terminal, in columns under each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from visits.reports.visible import visible

GAP = "  "
WIDEST = 60
SHORTENED = "…"
WIDE = ("F", "W")


def text_lines(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]
) -> Iterator[str]:
    """Yield the header, a rule and the rows. `numbers` tells which columns stand at their right edge."""
    table = [[plain(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    yield _line(table[0], widths, numbers)
    yield GAP.join("-" * each for each in widths)
    for row in table[1:]:
        yield _line(row, widths, numbers)


def plain(text: str, at_most: int = WIDEST) -> str:
    """Return a text that a terminal shows and does not obey, shortened where it is long.

    Control characters move the cursor, change titles and colours, and may type for the reader.
    """
    shown = "".join(map(_plain_sign, visible(text)))
    return shown if len(shown) <= at_most else shown[: at_most - 1] + SHORTENED


def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) == "Zs":
        return " "
    return sign if sign.isprintable() else "\ufffd"


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(_width_of(sign) for sign in text)


def _width_of(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in WIDE else 1


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    padded = (
        " " * (each - width(cell)) + cell if is_number else cell + " " * (each - width(cell))
        for cell, each, is_number in zip(cells, widths, numbers, strict=True)
    )
    return GAP.join(padded).rstrip()
