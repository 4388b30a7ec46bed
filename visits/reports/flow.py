"""Visit flow: which pages were viewed directly before and after a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.models import Page
from visits.models.condition import is_storable
from visits.reports.breakdown import MAX_ROWS, PANEL_ROWS
from visits.reports.dimension_names import find_names
from visits.reports.exceptions import InvalidQuery
from visits.reports.measure import visits_selected
from visits.reports.query import ReportQuery
from visits.reports.results import change_rate
from visits.reports.sequence import NOTHING, Neighbours
from visits.reports.visit_engines import ask_visits


class Direction(StrEnum):
    """Where to look from a view of the page."""

    NEXT = "next"
    PREVIOUS = "previous"


class Neighbour(StrEnum):
    """What can be next to a view of the page."""

    PAGE = "page"
    # The page itself.
    RELOAD = "reload"
    # No page: the visit begins with the view, or ends with it.
    ENTRY = "entry"
    EXIT = "exit"


ENDS = {Direction.NEXT: Neighbour.EXIT, Direction.PREVIOUS: Neighbour.ENTRY}
LABELS = {
    Neighbour.RELOAD: gettext_lazy("Viewed again"),
    Neighbour.ENTRY: gettext_lazy("Began here"),
    Neighbour.EXIT: gettext_lazy("Left"),
}
# What a view has next to it: a path, None for no page.
Key = str | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """How many views of the page had this next to them: a page of the path, or none.

    `share` is from 0 to 1, of all views of the page. `previous` is the number of views in the
    comparison, None without one.
    """

    neighbour: Neighbour
    path: str
    views: int
    share: float
    previous: int | None = None

    @property
    def label(self) -> str:
        return str(LABELS.get(self.neighbour, self.path))

    @property
    def change_rate(self) -> float | None:
        return change_rate(self.views, self.previous)


@dataclass(frozen=True, slots=True)
class FlowReport:
    """What was next to the `views` of a page, the most frequent first; `total_rows` counts all.

    `previous_views` are those of the comparison, None without one.
    """

    query: ReportQuery
    path: str
    direction: Direction
    rows: tuple[FlowRow, ...]
    total_rows: int
    views: int
    previous_views: int | None = None

    @property
    def change_rate(self) -> float | None:
        return change_rate(self.views, self.previous_views)


def flow(
    query: ReportQuery, path: str, direction: str = Direction.NEXT, limit: int = PANEL_ROWS
) -> FlowReport:
    """Return what visits viewed directly after each view of a page, or before it.

    The page is all pages of the path, on any host of any of the sites. Events between two views do not
    count. Rows of equal views are in the order of their paths, no page first. One statement for the
    pages, a scan for each period and a statement for the names that are not known. Raises InvalidQuery.
    """
    way = _direction(direction)
    _check(path, limit)
    pages = _pages(query, path)
    counts = _counts(query, pages, way)
    before = _counts(query.at(query.comparison), pages, way) if query.comparison else None
    views = counts.total()
    first = sorted(counts, key=lambda key: (-counts[key], key or ""))[:limit]
    rows = tuple(
        FlowRow(
            _neighbour(key, path, way),
            key or "",
            counts[key],
            counts[key] / views,
            None if before is None else before[key],
        )
        for key in first
    )
    previous = None if before is None else before.total()
    return FlowReport(query, path, way, rows, len(counts), views, previous)


def _direction(name: str) -> Direction:
    if name not in set(Direction):
        raise InvalidQuery(
            "direction", _("Choose one of %(choices)s.") % {"choices": ", ".join(Direction)}
        )
    return Direction(name)


def _check(path: str, limit: int) -> None:
    if not path or not is_storable(path):
        raise InvalidQuery("path", _("Name a page by its path, such as /pricing."))
    if not 1 <= limit <= MAX_ROWS:
        raise InvalidQuery(
            "limit",
            _("Choose 1 to %(number)s rows.")
            % {"number": number_format(MAX_ROWS, force_grouping=True)},
        )


def _pages(query: ReportQuery, path: str) -> frozenset[int]:
    pages = Page.objects.filter(site__in=query.site_ids, path=path)
    return frozenset(pages.values_list("pk", flat=True))


def _counts(query: ReportQuery, pages: frozenset[int], direction: Direction) -> Counter[Key]:
    """Return the views by the path next to them."""
    counts: Counter[Key] = Counter()
    if not pages or query.resolved().is_empty:
        return counts
    neighbours = Neighbours(visits_selected(query), pages, direction is Direction.NEXT)
    answer = ask_visits(neighbours, query.coverage())
    by_id = {cast(int, page): views for (page,), (views,) in answer.items()}
    paths = find_names("page", ("path",), by_id.keys() - {NOTHING})
    for page, views in by_id.items():
        counts[paths[page][0] if page else None] += views
    return counts


def _neighbour(key: Key, path: str, direction: Direction) -> Neighbour:
    if key is None:
        return ENDS[direction]
    return Neighbour.RELOAD if key == path else Neighbour.PAGE
