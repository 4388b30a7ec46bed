"""The details of a dimension: all of its values, page by page, with all numbers that fit it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from visits.dashboard.choice import Choice
from visits.dashboard.details.cells import DetailCell, detail_cell, total_cells
from visits.dashboard.details.columns import (
    REVENUE,
    Column,
    metric_columns,
    metrics_of,
    name_column,
)
from visits.dashboard.details.listing import Listing
from visits.dashboard.filters.chips import row_filter
from visits.dashboard.hits import flag_of
from visits.dashboard.label import Pieces, pieces
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.device_icon import icon_of
from visits.dashboard.panels.panel import PATHS
from visits.reports.breakdown import breakdown
from visits.reports.dimensions import Dimension
from visits.reports.metrics import Metric, number
from visits.reports.query import ReportQuery
from visits.reports.results import Cell, Report, Row
from visits.reports.visible import visible

ROWS_OF_PAGE = 50
# Where the report is, seen from its details.
REPORT_URL = "../../"


@dataclass(frozen=True, slots=True)
class DetailRow:
    """`filter` leads back to the report, filtered by the row's value too."""

    label: str
    pieces: Pieces
    flag: str
    icon: str
    filter: ChoiceLink | None
    cells: tuple[DetailCell, ...]


@dataclass(frozen=True, slots=True)
class DetailTable:
    """A page of rows. `total` is empty where nothing can be said of all values; `listing` is the part
    that is shown, of `pages`."""

    name: Column
    columns: tuple[Column, ...]
    rows: tuple[DetailRow, ...]
    total: tuple[DetailCell, ...]
    count: int
    listing: Listing
    pages: int
    metrics: tuple[Metric, ...]


def detail_table(
    query: ReportQuery, choice: Choice, dimension: Dimension, listing: Listing
) -> DetailTable:
    """Return a page of a dimension's values; the last one, where there are fewer pages.

    Raises InvalidQuery for an order or a search that is not possible.
    """
    found = _page(query, dimension, listing, metrics_of(dimension, choice.all_filters))
    total = total_cells(query, dimension, found.metrics)
    shown = [place for place, _ in enumerate(found.metrics) if _is_shown(found, total, place)]
    metrics = tuple(found.metrics[place] for place in shown)
    pages = pages_of(found.total_rows)
    return DetailTable(
        name=name_column(choice, listing, dimension),
        columns=metric_columns(choice, listing, metrics),
        rows=tuple(_row(found, row, choice, shown) for row in found.rows),
        total=tuple(detail_cell(total[place]) for place in shown) if total else (),
        count=found.total_rows,
        listing=replace(listing, page=min(listing.page, pages)),
        pages=pages,
        metrics=metrics,
    )


def pages_of(rows: int) -> int:
    """Return how many pages so many rows have: one at least."""
    return max(1, -(-rows // ROWS_OF_PAGE))


def _page(
    query: ReportQuery, dimension: Dimension, listing: Listing, names: Sequence[str]
) -> Report:
    """Return a page of rows. What lies beyond the last page is asked for once more."""
    found = breakdown(
        query,
        dimension.name,
        names,
        limit=ROWS_OF_PAGE,
        offset=(listing.page - 1) * ROWS_OF_PAGE,
        sort=listing.sort or None,
        search=listing.search,
    )
    last = pages_of(found.total_rows)
    if listing.page <= last:
        return found
    return _page(query, dimension, replace(listing, page=last), names)


def _is_shown(found: Report, total: tuple[Cell, ...], place: int) -> bool:
    """Tell whether a column has anything to say: most sites earn nothing."""
    if found.metrics[place].name != REVENUE:
        return True
    values = [row.values[place] for row in found.rows]
    return any(map(number, [*values, total[place].value] if total else values))


def _row(found: Report, row: Row, choice: Choice, shown: Collection[int]) -> DetailRow:
    dimension, label = found.dimensions[0], visible(row.label)
    return DetailRow(
        label=label,
        pieces=pieces(label) if dimension.name in PATHS else Pieces(label),
        flag=flag_of(row.country),
        icon=icon_of(dimension.name, row.texts[0]),
        filter=_filter(choice, dimension.name, row.texts[0], label),
        cells=tuple(detail_cell(found.cells(row)[place]) for place in shown),
    )


def _filter(choice: Choice, dimension: str, text: str, label: str) -> ChoiceLink | None:
    link = row_filter(choice, dimension, text, label)
    if link is None:
        return None
    return replace(link, url=f"{REPORT_URL}{link.url}")
