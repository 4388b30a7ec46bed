"""Breakdowns as panels: rows with a bar behind each, and tabs for the other dimensions."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from visits.dashboard.choice import Choice, PanelChoice
from visits.dashboard.hits import flag_of
from visits.dashboard.label import Pieces, pieces, visible
from visits.models.place_files import place_files
from visits.reports.breakdown import PANEL_ROWS, breakdown
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.metrics import number
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row
from visits.templatetags.stats import exact, metric_exact, metric_value, percent

OPENED_ROWS = 100
# What a row counts: visitors, but of events how often they happened.
METRIC_OF_DIMENSION = {"event": "events"}
DEFAULT_METRIC = "visitors"
# What the totals must have, so that rows can be shares of them.
METRICS_OF_PANELS = (DEFAULT_METRIC, *METRIC_OF_DIMENSION.values())
PATHS = ("page", "entry_page", "exit_page", "referrer")
NO_PLACES = (
    "Places are not looked up here. The person who runs this installation can set GEOIP_PATH,"
    " or run make geoip."
)


@dataclass(frozen=True, slots=True)
class Tab:
    """`chosen` is what js/choice.js needs (see Choice.chosen)."""

    label: str
    url: str
    chosen: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class MoreLink:
    label: str
    url: str
    chosen: str


@dataclass(frozen=True, slots=True)
class BarRow:
    label: str
    pieces: Pieces
    value: str
    exact: str
    share: str
    bar_percent: float
    flag: str


@dataclass(frozen=True, slots=True)
class Emptiness:
    """What a panel says instead of rows; `url` and `action` may be empty."""

    title: str
    text: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """What templates/components/_panel.html shows."""

    id: str
    title: str
    tabs: list[Tab]
    name_label: str
    value_label: str
    rows: list[BarRow]
    more: MoreLink | None
    note: str
    empty: Emptiness | None


def panel(query: ReportQuery, choice: Choice, chosen: PanelChoice, totals: Report) -> Panel:
    """Return a panel with the rows of the dimension that was chosen for it; shares are of the totals."""
    dimension = DIMENSIONS[choice.dimensions[chosen.name]]
    metric_name = METRIC_OF_DIMENSION.get(dimension.name, DEFAULT_METRIC)
    limit = OPENED_ROWS if choice.opened == chosen.name else PANEL_ROWS
    # A panel compares nothing: it asks for one period.
    report = breakdown(query.at(query.period), dimension.name, (metric_name,), limit=limit)
    [total] = totals.column(metric_name)
    return Panel(
        id=chosen.element_id,
        title=chosen.title,
        tabs=_tabs(choice, chosen),
        name_label=dimension.label,
        value_label=report.metrics[0].label,
        rows=_rows(report, number(total)),
        more=_more(report, choice, chosen),
        note=_note(report),
        empty=None if report.rows else _emptiness(dimension, query.site.pk),
    )


def _tabs(choice: Choice, chosen: PanelChoice) -> list[Tab]:
    tabs = []
    for name, label in chosen.tabs.items():
        other = choice.with_dimension(chosen.name, name)
        tabs.append(
            Tab(
                label=label,
                url=f"{other.query()}#{chosen.element_id}",
                chosen=other.chosen(chosen.name),
                is_chosen=choice.dimensions[chosen.name] == name,
            )
        )
    return tabs


def _rows(report: Report, total: float) -> list[BarRow]:
    largest = max((number(row.values[0]) for row in report.rows), default=0)
    return [_row(report, row, total, largest) for row in report.rows]


def _row(report: Report, row: Row, total: float, largest: float) -> BarRow:
    [cell] = report.cells(row)
    value, label = number(cell.value), visible(row.label)
    is_path = report.dimension is not None and report.dimension.name in PATHS
    return BarRow(
        label=label,
        pieces=pieces(label) if is_path else Pieces(label),
        value=metric_value(cell.value, cell.metric),
        exact=metric_exact(cell.value, cell.metric),
        share=percent(value / total) if total else "",
        bar_percent=round(100 * value / largest, 2) if largest else 0,
        flag=flag_of(row.country),
    )


def _more(report: Report, choice: Choice, chosen: PanelChoice) -> MoreLink | None:
    """Return the link that shows all rows, or the first ones again; None when all of them fit."""
    if report.total_rows <= PANEL_ROWS:
        return None
    is_opened = choice.opened == chosen.name
    other = choice.with_opened("" if is_opened else chosen.name)
    return MoreLink(
        label=f"Show {PANEL_ROWS} only" if is_opened else _more_label(report.total_rows),
        url=f"{other.query()}#{chosen.element_id}",
        chosen=other.chosen("all"),
    )


def _more_label(rows: int) -> str:
    return f"Show all {rows}" if rows <= OPENED_ROWS else f"Show {OPENED_ROWS} of {exact(rows)}"


def _note(report: Report) -> str:
    """Return why all places are unknown, empty when they are not."""
    is_place = report.dimension is not None and report.dimension.is_place
    is_unknown = all(not any(row.key) for row in report.rows)
    is_told = is_place and report.rows and is_unknown and not place_files()
    return NO_PLACES if is_told else ""


def _emptiness(dimension: Dimension, site_id: int) -> Emptiness:
    match dimension.name:
        case "utm_campaign":
            text = "Add utm_source and utm_campaign to the links that you send out."
            return Emptiness("No campaigns in this period", text)
        case "event":
            text = "A click, a sign-up, a download: name it in the markup and it is counted."
            url = reverse("site_install", args=[site_id])
            return Emptiness("No events in this period", text, f"{url}#events", "Show how")
        case _:
            return Emptiness("Nothing in this period", "Choose another period above.")
