"""Breakdowns as panels: rows with a bar behind each, and tabs for the other dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from visits.dashboard.choice import Choice
from visits.dashboard.filter_chips import row_filter
from visits.dashboard.hits import flag_of
from visits.dashboard.label import Pieces, pieces, visible
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panel_choice import PanelChoice
from visits.models.place_files import place_files
from visits.reports.breakdown import PANEL_ROWS, breakdown
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.metrics import number
from visits.reports.query import ReportQuery
from visits.reports.results import Cell, Report, Row
from visits.reports.totals import totals
from visits.templatetags.stats import exact, metric_exact, metric_value, percent

OPENED_ROWS = 100
DEFAULT_METRICS = ("visitors",)
PATHS = ("page", "entry_page", "exit_page", "referrer")
NO_PLACES = (
    "Places are not looked up here. The person who runs this installation can set GEOIP_PATH,"
    " or run make geoip."
)
# What would fill a list that has nothing in it.
EMPTY_TITLES = {
    "utm_campaign": "No campaigns in this period",
}
EMPTY_TEXTS = {
    "utm_campaign": "Add utm_source and utm_campaign to the links that you send out.",
}


@dataclass(frozen=True, slots=True)
class BarRow:
    """`filter` adds the row's value to the filters, or takes it away where it is one of them."""

    label: str
    pieces: Pieces
    value: str
    exact: str
    share: str
    bar_percent: float
    flag: str
    filter: ChoiceLink | None


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

    template: ClassVar[str] = "components/_panel.html"
    id: str
    title: str
    tabs: list[ChoiceLink]
    name_label: str
    value_label: str
    share_label: str
    rows: list[BarRow]
    more: ChoiceLink | None
    note: str
    empty: Emptiness | None
    is_wide: bool

    @property
    def metric_label(self) -> str:
        """Return what stands above the numbers, empty above none."""
        labels = (self.share_label, self.value_label) if self.rows else ()
        return " · ".join(filter(None, labels))


@dataclass(frozen=True, slots=True)
class WaitingPanel:
    """A panel whose rows are still to come: from `url`, or with the page at `whole_url`."""

    id: str
    title: str
    tabs: list[ChoiceLink]
    url: str
    whole_url: str
    is_wide: bool


def panel(
    query: ReportQuery, choice: Choice, chosen: PanelChoice, is_own: bool
) -> Panel:
    """Return a panel with the rows of the dimension that was chosen for it; two questions to the facts.

    Owners are told, where nothing is shown, what they can do about it.
    """
    dimension = DIMENSIONS[choice.dimensions[chosen.name]]
    limit = OPENED_ROWS if choice.opened == chosen.name else PANEL_ROWS
    # A panel compares nothing: it asks for one period.
    report = breakdown(query.at(query.period), dimension.name, DEFAULT_METRICS, limit=limit)
    return Panel(
        id=chosen.element_id,
        title=chosen.title,
        tabs=tabs(choice, chosen),
        name_label=dimension.label,
        value_label=report.metrics[0].label,
        share_label="",
        rows=_rows(report, choice),
        more=_more(report, choice, chosen),
        note=_note(report),
        empty=None if report.rows else emptiness(dimension, choice, is_own),
        is_wide=chosen.is_wide,
    )


def waiting_panel(choice: Choice, chosen: PanelChoice) -> WaitingPanel:
    """Return a panel without asking the facts."""
    return WaitingPanel(
        id=chosen.element_id,
        title=chosen.title,
        tabs=tabs(choice, chosen),
        url=choice.query(),
        whole_url=f"{choice.with_all_panels().query()}#{chosen.element_id}",
        is_wide=chosen.is_wide,
    )


def tabs(choice: Choice, chosen: PanelChoice) -> list[ChoiceLink]:
    """Return a link for each dimension that a panel can show."""
    shown = choice.dimensions[chosen.name]
    return [
        choice.with_dimension(chosen.name, name).link(
            label, chosen.name, anchor=f"#{chosen.element_id}", is_chosen=shown == name
        )
        for name, label in chosen.tabs.items()
    ]


def _rows(report: Report, choice: Choice) -> list[BarRow]:
    largest = max((number(row.values[0]) for row in report.rows), default=0)
    total = _total(report)
    return [_row(report, row, choice, total, largest) for row in report.rows]


def _total(report: Report) -> float:
    """Return what rows are shares of; 0 where they are not, or where there are no rows."""
    if not report.rows:
        return 0
    [metric] = report.metrics
    [total] = totals(report.query, (metric.name,)).column(metric.name)
    return number(total)


def _row(report: Report, row: Row, choice: Choice, total: float, largest: float) -> BarRow:
    cell, *others = report.cells(row)
    value, label = number(cell.value), visible(row.label)
    dimension = report.dimensions[0]
    return BarRow(
        label=label,
        pieces=pieces(label) if dimension.name in PATHS else Pieces(label),
        value=metric_value(cell.value, cell.metric),
        exact=metric_exact(cell.value, cell.metric),
        share=_share(value, total, others),
        bar_percent=round(100 * value / largest, 2) if largest else 0,
        flag=flag_of(row.country),
        filter=row_filter(choice, dimension.name, row.texts[0], label),
    )


def _share(value: float, total: float, others: list[Cell]) -> str:
    """Return a row's second number: the metric that was asked for, or the share of the total."""
    if others:
        return metric_value(others[0].value, others[0].metric)
    return percent(value / total) if total else ""


def _more(report: Report, choice: Choice, chosen: PanelChoice) -> ChoiceLink | None:
    """Return the link that shows all rows, or the first ones again; None when all of them fit."""
    if report.total_rows <= PANEL_ROWS:
        return None
    is_opened = choice.opened == chosen.name
    label = f"Show {PANEL_ROWS} only" if is_opened else _more_label(report.total_rows)
    other = choice.with_opened("" if is_opened else chosen.name)
    return other.link(label, "all", anchor=f"#{chosen.element_id}")


def _more_label(rows: int) -> str:
    return f"Show all {rows}" if rows <= OPENED_ROWS else f"Show {OPENED_ROWS} of {exact(rows)}"


def _note(report: Report) -> str:
    """Return why all places are unknown, empty when they are not."""
    is_place = report.dimension is not None and report.dimension.is_place
    is_unknown = all(not any(row.key) for row in report.rows)
    is_told = is_place and report.rows and is_unknown and not place_files()
    return NO_PLACES if is_told else ""


def emptiness(dimension: Dimension, choice: Choice, is_own: bool) -> Emptiness:
    """Return what would fill a list: fewer filters, another period, or something that is not sent yet."""
    if choice.all_filters:
        text = "Take one away, or choose another period above."
        return Emptiness("Nothing with these filters", text)
    title = EMPTY_TITLES.get(dimension.name, "Nothing in this period")
    if not is_own:
        return Emptiness(title, "Choose another period above.")
    text = EMPTY_TEXTS.get(dimension.name, "Choose another period above.")
    return Emptiness(title, text)
