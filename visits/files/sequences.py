"""Funnels and visit flow as tables."""

from __future__ import annotations

from visits.files.tables import Table
from visits.reports.flow import FlowReport
from visits.reports.funnels import FunnelReport

STEP_COLUMNS = (
    "step",
    "goal",
    "visits",
    "share_of_first",
    "share_of_before",
    "dropped_visits",
    "drop_off_rate",
)
FLOW_COLUMNS = ("neighbour", "path", "views", "share")
COMPARED_COLUMNS = ("previous", "change")


def funnel_table(report: FunnelReport) -> Table:
    """Return a row for each step; shares are from 0 to 1, `previous` are visits."""
    is_compared = report.previous is not None
    rows = (
        (
            number,
            step.goal,
            step.visits,
            step.share_of_first,
            step.share_of_before,
            step.dropped_visits,
            step.drop_off_rate,
            *((step.previous.visits if step.previous else None, step.change_rate) * is_compared),
        )
        for number, step in enumerate(report.steps, 1)
    )
    return Table((*STEP_COLUMNS, *COMPARED_COLUMNS * is_compared), rows)


def flow_table(report: FlowReport) -> Table:
    """Return a row for each page that was next to the one that was asked for, and for no page."""
    is_compared = report.previous_views is not None
    rows = (
        (
            row.neighbour.value,
            row.path,
            row.views,
            row.share,
            *((row.previous, row.change_rate) * is_compared),
        )
        for row in report.rows
    )
    return Table((*FLOW_COLUMNS, *COMPARED_COLUMNS * is_compared), rows)
