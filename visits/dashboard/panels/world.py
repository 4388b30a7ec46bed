"""The map of the world: the countries that visitors came from, in five classes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visits.dashboard.choice import Choice
from visits.dashboard.filters.chips import row_filter
from visits.dashboard.link import ChoiceLink
from visits.reports.metrics import number
from visits.reports.results import Report, Row
from visits.reports.visible import visible
from visits.templatetags.stats import exact, percent

IMAGES = Path(__file__).resolve().parents[3] / "tracking_project" / "static" / "img"
SHAPE = re.compile(r'id="([A-Z]{2})"')
CLASSES = 5
# Beside the map there is room for fewer rows than a list has otherwise.
WORLD_ROWS = 7


@dataclass(frozen=True, slots=True)
class WorldCountry:
    """`code` names the shape, `level` is 1 for the fewest visitors; without a filter it is no link."""

    code: str
    level: int
    words: str
    filter: ChoiceLink | None


@dataclass(frozen=True, slots=True)
class WorldClass:
    """A colour of the map, and the numbers of visitors that have it."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class World:
    """What templates/visits/_world.html shows: countries with a shape, those with most visitors first."""

    countries: list[WorldCountry]
    classes: list[WorldClass]


def world(report: Report, choice: Choice, total: float) -> World:
    """Return the map of a breakdown by country; `total` is what its rows are shares of."""
    rows = [row for row in report.rows if row.country in shapes()]
    bounds = class_bounds(map(_visitors, rows))
    return World([_country(row, choice, total, bounds) for row in rows], _classes(bounds))


@cache
def shapes() -> frozenset[str]:
    """Return the codes of the countries that the map can show."""
    return frozenset(SHAPE.findall((IMAGES / "world.svg").read_text(encoding="utf-8")))


def class_bounds(visitors: Iterable[int]) -> tuple[int, ...]:
    """Return the smallest number of each class: five of them, fewer where there are fewer numbers.

    Each class reaches as many times as far as the one before, because a few countries send most of the
    visitors; the bounds are numbers that are easily read.
    """
    largest = max(visitors, default=0)
    bounds = {1} if largest else set()
    for step in range(1, CLASSES):
        bound = _rounded(largest ** (step / CLASSES))
        if 1 < bound <= largest:
            bounds.add(bound)
    return tuple(sorted(bounds))


def _rounded(value: float) -> int:
    """Return a number with one digit that is not zero."""
    return int(float(f"{value:.0e}"))


def _visitors(row: Row) -> int:
    return int(number(row.values[0]))


def _country(row: Row, choice: Choice, total: float, bounds: Sequence[int]) -> WorldCountry:
    visitors, label = _visitors(row), visible(row.label)
    sentence = ngettext(
        "%(country)s: %(visitors)s visitor, %(share)s",
        "%(country)s: %(visitors)s visitors, %(share)s",
        visitors,
    )
    share = percent(visitors / total if total else None)
    return WorldCountry(
        code=row.country,
        level=_level(bisect_right(bounds, visitors), len(bounds)),
        words=sentence % {"country": label, "visitors": exact(visitors), "share": share},
        filter=row_filter(choice, "country", row.texts[0], label),
    )


def _level(place: int, classes: int) -> int:
    """Return the colour of a class; few classes have those that differ most from the land."""
    return place + CLASSES - classes


def _classes(bounds: Sequence[int]) -> list[WorldClass]:
    ends = [*(bound - 1 for bound in bounds[1:]), None]
    return [
        WorldClass(_level(place, len(bounds)), _span(first, last))
        for place, (first, last) in enumerate(zip(bounds, ends, strict=False), start=1)
    ]


def _span(first: int, last: int | None) -> str:
    if last is None:
        return _("%(first)s or more") % {"first": exact(first)}
    if first == last:
        return exact(first)
    return _("%(first)s to %(last)s") % {"first": exact(first), "last": exact(last)}
