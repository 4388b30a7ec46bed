"""Breakdowns as panels: rows with a bar behind each, and tabs for the other dimensions."""

from __future__ import annotations

from dataclasses import dataclass

from visits.dashboard.choice import Choice, PanelChoice
from visits.dashboard.hits import flag_of
from visits.reports.breakdown import breakdown
from visits.reports.dimensions import DIMENSIONS
from visits.reports.query import ReportQuery
from visits.reports.results import Report
from visits.templatetags.stats import metric_exact, metric_value, percent

ROWS = 9
# What a row counts: visitors, but of events how often they happened.
METRIC_OF_DIMENSION = {"event": "events"}
DEFAULT_METRIC = "visitors"
PATHS = ("page", "entry_page", "exit_page", "referrer")
NO_DATA = ("Nothing in this period", "Choose another period above.")
EMPTY_WORDS = {
    "utm_campaign": (
        "No campaigns in this period",
        "Add utm_source and utm_campaign to your links.",
    ),
    "event": ("No events in this period", "Name a click with data-track-event and it is counted."),
}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class BarRow:
    label: str
    value: str
    exact: str
    share: str
    bar_percent: float
    flag: str
    is_path: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What templates/components/_panel.html shows."""

    id: str
    title: str
    tabs: list[Tab]
    name_label: str
    value_label: str
    rows: list[BarRow]
    more: int
    empty_title: str
    empty_text: str


def panel(query: ReportQuery, choice: Choice, chosen: PanelChoice, totals: Report) -> Panel:
    """Return a panel with the rows of the dimension that was chosen for it; shares are of the totals."""
    dimension = DIMENSIONS[choice.dimensions[chosen.name]]
    metric_name = METRIC_OF_DIMENSION.get(dimension.name, DEFAULT_METRIC)
    report = breakdown(query, dimension.name, (metric_name,), limit=ROWS)
    [metric] = report.metrics
    empty_title, empty_text = EMPTY_WORDS.get(dimension.name, NO_DATA)
    return Panel(
        id=chosen.name,
        title=chosen.title,
        tabs=_tabs(choice, chosen),
        name_label=dimension.label,
        value_label=metric.label,
        rows=_rows(report, totals.column(metric.name)[0] or 0),
        more=report.total_rows - len(report.rows),
        empty_title=empty_title,
        empty_text=empty_text,
    )


def _tabs(choice: Choice, chosen: PanelChoice) -> list[Tab]:
    return [
        Tab(
            label=label,
            url=f"{choice.with_dimension(chosen.name, name).query()}#panel-{chosen.name}",
            is_chosen=choice.dimensions[chosen.name] == name,
        )
        for name, label in chosen.tabs.items()
    ]


def _rows(report: Report, total: float) -> list[BarRow]:
    largest = max((row.values[0] or 0 for row in report.rows), default=0)
    return [
        BarRow(
            label=row.label,
            value=metric_value(row.values[0], report.metrics[0]),
            exact=metric_exact(row.values[0], report.metrics[0]),
            share=percent((row.values[0] or 0) / total) if total else "",
            bar_percent=round(100 * (row.values[0] or 0) / largest, 2) if largest else 0,
            flag=flag_of(row.country),
            is_path=report.dimension is not None and report.dimension.name in PATHS,
        )
        for row in report.rows
    ]
