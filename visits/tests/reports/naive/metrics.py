"""Every metric over some visits and what is counted of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from visits.tests.reports.naive.filters import Counted
from visits.tests.reports.naive.goals import PlainGoal, meeting_hits
from visits.tests.reports.naive.visits import KeptHit, PlainVisit, Who

Row = dict[str, Any]


def ratio(total: float, count: int) -> float | None:
    return total / count if count else None


def people(counted: Iterable[Counted]) -> set[Who]:
    return {one.visit.who for one in counted}


def metrics_of(counted: Sequence[Counted]) -> Row:
    """Return the metrics that any set of visits has."""
    return (
        {"visitors": len(people(counted))}
        | visit_metrics([one.visit for one in counted])
        | {"events": sum(len(one.events) for one in counted)}
        | view_metrics([view for one in counted for view in one.views])
        | {"views_per_visit": ratio(sum(len(one.views) for one in counted), len(counted))}
    )


def visit_metrics(visits: Sequence[PlainVisit]) -> Row:
    count = len(visits)
    return {
        "visits": count,
        "bounce_rate": ratio(sum(visit.is_bounce for visit in visits), count),
        "visit_duration": ratio(sum(visit.seconds for visit in visits), count),
    }


def view_metrics(views: Sequence[KeptHit]) -> Row:
    """Time and depth are means over the views that told, zeros included."""
    seconds = [view.engaged_seconds for view in views if view.engaged_seconds is not None]
    depths = [view.scroll_percent for view in views if view.scroll_percent is not None]
    return {
        "pageviews": len(views),
        "time_on_page": ratio(sum(seconds), len(seconds)),
        "scroll_depth": ratio(sum(depths), len(depths)),
    }


def page_metrics(begun: Sequence[PlainVisit], ended: Sequence[PlainVisit], pageviews: int) -> Row:
    """Return what pages have as the first and the last of visits; they bounce where they are the first."""
    return {
        "entries": len(begun),
        "exits": len(ended),
        "exit_rate": ratio(len(ended), pageviews),
        "bounce_rate": ratio(sum(visit.is_bounce for visit in begun), len(begun)),
    }


def goal_metrics(goal: PlainGoal, counted: Sequence[Counted]) -> Row:
    """Return conversions, those who converted, and their share of all visitors."""
    meeting = [one for one in counted if meeting_hits(goal, one.visit)]
    converted = [Counted(one.visit, events=meeting_hits(goal, one.visit)) for one in meeting]
    return {
        "visitors": len(people(meeting)),
        "conversions": sum(len(one.events) for one in converted),
        "conversion_rate": ratio(len(people(meeting)), len(people(counted))),
        "revenue": revenue_of(converted),
    }


def conversion_metrics(
    goals: Sequence[PlainGoal], counted: Sequence[Counted], everybody: Sequence[Counted]
) -> Row:
    """Return how often those who were filtered by goals met them, and their share of everybody."""
    return {
        "conversions": sum(len(meeting_hits(goal, one.visit)) for one in counted for goal in goals),
        "conversion_rate": ratio(len(people(counted)), len(people(everybody))),
    }


def revenue_of(counted: Iterable[Counted]) -> dict[str, int]:
    """Return by currency what the counted events earned, in millionths of its unit."""
    sums: dict[str, int] = {}
    for one in counted:
        for event in one.events:
            if event.sent.revenue is not None:
                currency, micros = event.sent.revenue
                sums[currency] = sums.get(currency, 0) + micros
    return sums
