"""The changes of a panel's rows. A comparison costs as much as the list itself: they come when somebody
looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from visits.dashboard.choice import Choice
from visits.dashboard.panels.choice import BEHAVIOUR, PANELS, PanelChoice
from visits.dashboard.panels.panel import METRIC, change_id, rows_of
from visits.dashboard.panels.tabs import shown_name
from visits.dashboard.tiles import Change, change_of
from visits.reports.breakdown import breakdown
from visits.reports.query import ReportQuery

# What asks for the changes of a panel, by its element.
PANELS_BY_CHANGES = {
    f"{panel.element_id}-changes": panel for panel in PANELS if panel.name != BEHAVIOUR
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """What templates/visits/_row_changes.html puts into the element with this id."""

    id: str
    change: Change | None


def row_changes(query: ReportQuery, choice: Choice, chosen: PanelChoice) -> list[RowChange]:
    """Return the changes of the rows that a panel shows; none without a comparison."""
    if query.comparison is None:
        return []
    name = shown_name(choice, chosen)
    report = breakdown(query, name, (METRIC,), limit=rows_of(name))
    return [
        RowChange(change_id(chosen, row), change_of(report.cells(row)[0])) for row in report.rows
    ]
