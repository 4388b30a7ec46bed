"""Breakdowns as panels: rows with a bar behind each, and tabs for the other dimensions."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from visits.dashboard.choice import Choice
from visits.dashboard.details.address import details_path
from visits.dashboard.filters.chips import row_filter
from visits.dashboard.hits import flag_of
from visits.dashboard.label import Pieces, pieces
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.choice import COUNTRY, PanelChoice
from visits.dashboard.panels.device_icon import icon_of
from visits.dashboard.panels.tabs import shown_name, tabs, variants
from visits.dashboard.panels.world import WORLD_ROWS, World, world
from visits.dashboard.tiles import Change, change_of
from visits.models.place_files import place_files
from visits.reports.breakdown import MAX_ROWS, PANEL_ROWS, breakdown
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.metrics import number
from visits.reports.query import ReportQuery
from visits.reports.results import Report, Row
from visits.reports.totals import totals
from visits.reports.visible import visible
from visits.templatetags.stats import metric_exact, metric_value, percent

# What a row counts.
METRIC = "visitors"
PATHS = ("page", "entry_page", "exit_page", "referrer")
NO_PLACES = gettext_lazy(
    "Places are not looked up here. The person who runs this installation can set GEOIP_PATH,"
    " or run make geoip."
)
# What is the same for all five texts of a campaign.
CAMPAIGN = "utm_"


@dataclass(frozen=True, slots=True)
class BarRow:
    """`filter` adds the row's value to the filters, or takes it away where it is one of them. `change_id` is
    the element for its change; where there is none yet, it comes when somebody looks
    (visits.dashboard.panels.row_changes)."""

    change_id: str
    change: Change | None
    label: str
    pieces: Pieces
    value: str
    exact: str
    share: str
    bar_percent: float
    flag: str
    icon: str
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
    variants: list[ChoiceLink]
    world: World | None
    name_label: str
    value_label: str
    rows: list[BarRow]
    details_url: str
    has_changes: bool
    changes_url: str
    note: str
    empty: Emptiness | None
    is_wide: bool

    @property
    def said(self) -> str:
        """Return what has been refreshed, for screen readers."""
        rows = len(self.rows)
        words = ngettext("%(list)s: %(number)s row", "%(list)s: %(number)s rows", rows)
        return words % {"list": self.name_label, "number": rows}


@dataclass(frozen=True, slots=True)
class WaitingPanel:
    """A panel whose rows are still to come: from `url`, or with the page at `whole_url`."""

    id: str
    title: str
    tabs: list[ChoiceLink]
    variants: list[ChoiceLink]
    url: str
    whole_url: str
    is_wide: bool
    has_world: bool = False


def panel(
    query: ReportQuery,
    choice: Choice,
    chosen: PanelChoice,
    is_own: bool,
    hidden: Collection[str] = (),
) -> Panel:
    """Return a panel with the rows of the dimension that was chosen for it; two questions to the facts.

    Owners are told, where nothing is shown, what they can do about it. `hidden` are tabs to leave out.
    """
    dimension = DIMENSIONS[shown_name(choice, chosen)]
    report = _asked(query, choice, dimension)
    total = _total(report)
    rows = report.rows[: rows_of(dimension.name)]
    has_changes = bool(report.rows and query.comparison)
    return Panel(
        id=chosen.element_id,
        title=str(chosen.title),
        tabs=tabs(choice, chosen, hidden),
        variants=variants(choice, chosen),
        world=world(report, choice, total) if dimension.name == COUNTRY else None,
        name_label=str(dimension.label),
        value_label=str(report.metrics[0].label),
        rows=_rows(report, rows, choice, chosen, total),
        details_url=details_url(choice, dimension.name) if report.rows else "",
        has_changes=has_changes,
        changes_url=choice.query() if has_changes and not choice.has_all_panels else "",
        note=_note(report),
        empty=None if report.rows else emptiness(dimension, choice, query.site.pk, is_own),
        is_wide=chosen.is_wide,
    )


def _asked(query: ReportQuery, choice: Choice, dimension: Dimension) -> Report:
    # A list that comes by itself compares nothing: its changes come when somebody looks.
    asked = query if choice.has_all_panels else query.at(query.period)
    limit = MAX_ROWS if dimension.name == COUNTRY else PANEL_ROWS
    return breakdown(asked, dimension.name, (METRIC,), limit=limit)


def waiting_panel(
    choice: Choice, chosen: PanelChoice, hidden: Collection[str] = ()
) -> WaitingPanel:
    """Return a panel without asking the facts."""
    return WaitingPanel(
        id=chosen.element_id,
        title=str(chosen.title),
        tabs=tabs(choice, chosen, hidden),
        variants=variants(choice, chosen),
        url=choice.query(),
        whole_url=f"{choice.with_all_panels().query()}#{chosen.element_id}",
        is_wide=chosen.is_wide,
        has_world=shown_name(choice, chosen) == COUNTRY,
    )


def rows_of(dimension: str) -> int:
    """Return how many rows a list has: the map takes the place of some."""
    return WORLD_ROWS if dimension == COUNTRY else PANEL_ROWS


def details_url(choice: Choice, dimension: str) -> str:
    """Return the address of all values of a dimension, seen from the report."""
    return f"{details_path(dimension)}{choice.query()}"


def change_id(chosen: PanelChoice, row: Row) -> str:
    """Return the id of the element for the change of a row: it stays with the row's value."""
    return f"{chosen.element_id}-{zlib.crc32(row.texts[0].encode())}"


def _rows(
    report: Report, rows: Sequence[Row], choice: Choice, chosen: PanelChoice, total: float
) -> list[BarRow]:
    largest = max((number(row.values[0]) for row in rows), default=0)
    return [_row(report, row, choice, chosen, total, largest) for row in rows]


def _total(report: Report) -> float:
    """Return what rows are shares of; 0 where there are no rows."""
    if not report.rows:
        return 0
    [total] = totals(report.query.at(report.query.period), (METRIC,)).column(METRIC)
    return number(total)


def _row(
    report: Report, row: Row, choice: Choice, chosen: PanelChoice, total: float, largest: float
) -> BarRow:
    [cell] = report.cells(row)
    value, label = number(cell.value), visible(row.label)
    dimension = report.dimensions[0]
    return BarRow(
        change_id=change_id(chosen, row),
        change=change_of(cell),
        label=label,
        pieces=pieces(label) if dimension.name in PATHS else Pieces(label),
        value=metric_value(cell.value, cell.metric),
        exact=metric_exact(cell.value, cell.metric),
        share=percent(value / total) if total else "",
        bar_percent=round(100 * value / largest, 2) if largest else 0,
        flag=flag_of(row.country),
        icon=icon_of(dimension.name, row.texts[0]),
        filter=row_filter(choice, dimension.name, row.texts[0], label),
    )


def _note(report: Report) -> str:
    """Return why all places are unknown, empty when they are not."""
    is_place = report.dimension is not None and report.dimension.is_place
    is_unknown = all(not any(row.key) for row in report.rows)
    is_told = is_place and report.rows and is_unknown and not place_files()
    return str(NO_PLACES) if is_told else ""


def emptiness(dimension: Dimension, choice: Choice, site_id: int, is_own: bool) -> Emptiness:
    """Return what would fill a list: fewer filters, another period, or something that is not sent yet."""
    other_period = _("Choose another period above.")
    if choice.all_filters:
        text = _("Take one away, or choose another period above.")
        return Emptiness(_("Nothing with these filters"), text)
    if not dimension.name.startswith(CAMPAIGN):
        return Emptiness(_("Nothing in this period"), other_period)
    title = _nothing_sent(dimension)
    if not is_own:
        return Emptiness(title, other_period)
    install_url = reverse("site_install", args=[site_id])
    return Emptiness(title, _missing(dimension), f"{install_url}#campaigns", _("Show how"))


def _nothing_sent(dimension: Dimension) -> str:
    if dimension.name == "utm_campaign":
        return _("No campaigns in this period")
    return _("Nothing with %(parameter)s in this period") % {"parameter": dimension.name}


def _missing(dimension: Dimension) -> str:
    """Return what links lack."""
    if dimension.name == "utm_campaign":
        return _("Add utm_source and utm_campaign to your links.")
    return _("Add %(parameter)s to your links.") % {"parameter": dimension.name}
