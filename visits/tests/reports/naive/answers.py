"""The answers, each by a loop or two over the visits that were selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from visits.tests.reports.naive.dimensions import Names, is_of_events, is_of_views
from visits.tests.reports.naive.filters import Counted, goals_of, selected, without_goals
from visits.tests.reports.naive.goals import PlainGoal
from visits.tests.reports.naive.groups import Groups, groups_by, is_first_of, is_last_of
from visits.tests.reports.naive.metrics import (
    Row,
    conversion_metrics,
    goal_metrics,
    metrics_of,
    page_metrics,
    people,
    ratio,
    revenue_of,
)
from visits.tests.reports.naive.questions import (
    Asked,
    Breakdown,
    Cross,
    Flow,
    Funnel,
    Goals,
    Question,
    Series,
    Totals,
)
from visits.tests.reports.naive.series import first_visits, series
from visits.tests.reports.naive.visits import PlainVisit, begun_within, within

LEFT, ENTERED = None, None


def answer(question: Question, visits: Iterable[PlainVisit]) -> object:
    """Return the answer to any question: rows by their keys, as the functions below say."""
    visits = list(visits)
    counted = visits_asked(question.asked, visits)
    # Conversions are a share of everybody, also those who met no goal.
    all_asked = replace(question.asked, filters=without_goals(question.asked.filters))
    everybody = visits_asked(all_asked, visits)
    goals = goals_of(question.asked.filters)
    match question:
        case Totals():
            return totals(counted, goals, everybody)
        case Series():
            return series(counted, question.interval)
        case Breakdown():
            rows = breakdown(counted, (question.dimension,), goals, everybody)
            return {key: row for (key,), row in rows.items()}
        case Cross():
            return breakdown(counted, (question.first, question.second), goals, everybody)
        case Goals():
            return {goal.name: goal_metrics(goal, counted) for goal in question.goals}
        case Funnel():
            return funnel(counted, question.steps)
        case Flow():
            return flow(counted, question.path)


def visits_asked(asked: Asked, visits: Iterable[PlainVisit]) -> list[Counted]:
    """Return what the question is about of all visits of its sites."""
    known = within(visits, asked.start, asked.end)
    if asked.since is not None and asked.until is not None:
        known = begun_within(known, asked.since, asked.until)
    return selected(known, asked.filters)


def totals(
    counted: Sequence[Counted],
    goals: Sequence[PlainGoal] = (),
    everybody: Sequence[Counted] = (),
) -> Row:
    row = metrics_of(counted) | {"revenue": revenue_of(counted)}
    return row | conversion_metrics(goals, counted, everybody) if goals else row


def breakdown(
    counted: Sequence[Counted],
    dimensions: Sequence[str],
    goals: Sequence[PlainGoal] = (),
    everybody: Sequence[Counted] = (),
) -> dict[tuple[Names, ...], Row]:
    """Return the metrics of each combination of values that occurs."""
    groups = groups_by(counted, dimensions)
    groups_of_all = groups_by(everybody, dimensions)
    visitor_count = len(people(counted))
    rows: dict[tuple[Names, ...], Row] = {}
    for key, group in groups.items():
        row = totals(group, goals, groups_of_all.get(key, []))
        if "hour_of_day" in dimensions:
            row["visitors"] = _visitors_of_hour(key, groups, dimensions.index("hour_of_day"))
        if _is_of_pages(dimensions):
            begun = [one.visit for one in counted if is_first_of(one.visit, dimensions, key)]
            ended = [one.visit for one in counted if is_last_of(one.visit, dimensions, key)]
            row |= page_metrics(begun, ended, row["pageviews"])
        rows[key] = row | {"percentage": ratio(row["visitors"], visitor_count)}
    return {key: row for key, row in rows.items() if _is_shown(dimensions, key)}


def _is_of_pages(dimensions: Sequence[str]) -> bool:
    has_views = any(is_of_views(dimension) for dimension in dimensions)
    return has_views and not any(is_of_events(dimension) for dimension in dimensions)


def _is_shown(dimensions: Sequence[str], key: Sequence[Names]) -> bool:
    """Visits without a campaign are left out where campaigns are shown."""
    pairs = zip(dimensions, key, strict=True)
    return not any(dimension.startswith("utm_") and names == ("",) for dimension, names in pairs)


def _visitors_of_hour(key: Sequence[Names], groups: Groups, place: int) -> int:
    """Count those visitors whose first visit of the other values lies in the hour of this group."""
    alike = [
        one.visit
        for other, ones in groups.items()
        if (*other[:place], *other[place + 1 :]) == (*key[:place], *key[place + 1 :])
        for one in ones
    ]
    first = first_visits(alike)
    return sum(first[one.visit.who] is one.visit for one in groups[tuple(key)])


def funnel(counted: Sequence[Counted], steps: Sequence[PlainGoal]) -> list[int]:
    """Return how many visits met the first step, the first and then the second, and so on.

    Each step is met by a later hit than the one before it.
    """
    counts = [0] * len(steps)
    for one in counted:
        hits = one.visit.hits_in_time
        for number, step in enumerate(steps):
            while hits and not step.is_met_by(hits[0]):
                hits.pop(0)
            if not hits:
                break
            hits.pop(0)
            counts[number] += 1
    return counts


def flow(counted: Sequence[Counted], path: str) -> dict[str, dict[str | None, int]]:
    """Return how often each page was viewed directly before and after a view of this one.

    None is the entry before the first view of a visit, and the end behind its last.
    """
    before: dict[str | None, int] = {}
    after: dict[str | None, int] = {}
    for one in counted:
        paths = [view.sent.path for view in one.visit.views]
        for place, this in enumerate(paths):
            previous = paths[place - 1] if place else ENTERED
            following = paths[place + 1] if place + 1 < len(paths) else LEFT
            if this == path:
                before[previous] = before.get(previous, 0) + 1
                after[following] = after.get(following, 0) + 1
    return {"previous": before, "next": after}
