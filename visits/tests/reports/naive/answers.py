"""The answers, each by a loop or two over the visits that were selected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from visits.tests.reports.naive.clock import first_second, minute_number
from visits.tests.reports.naive.dimensions import (
    OF_VISITS,
    Names,
    hit_texts,
    is_of_events,
    is_of_views,
    is_of_visits,
    monday,
)
from visits.tests.reports.naive.filters import Counted, selected
from visits.tests.reports.naive.goals import PlainGoal
from visits.tests.reports.naive.metrics import (
    Row,
    goal_metrics,
    metrics_of,
    page_metrics,
    people,
    ratio,
    revenue_of,
    view_metrics,
)
from visits.tests.reports.naive.questions import (
    Asked,
    Breakdown,
    Cross,
    Flow,
    Funnel,
    GoalBreakdown,
    Goals,
    Question,
    Series,
    Totals,
)
from visits.tests.reports.naive.visits import KeptHit, PlainVisit, Who, begun_within, within

# By date, or by the second in which an hour or a minute begins.
BucketKey = dt.date | int
LEFT, ENTERED = None, None


def visits_asked(asked: Asked, visits: Iterable[PlainVisit]) -> list[Counted]:
    """Return what the question is about of all visits of its sites."""
    known = within(visits, asked.start, asked.end)
    if asked.since is not None and asked.until is not None:
        known = begun_within(known, asked.since, asked.until)
    return selected(known, asked.filters)


def answer(question: Question, visits: Iterable[PlainVisit]) -> object:
    """Return the answer to any question: rows by their keys, as the functions below say."""
    counted = visits_asked(question.asked, visits)
    match question:
        case Totals():
            return totals(counted)
        case Series():
            return series(counted, question.interval)
        case Breakdown():
            return breakdown(counted, question.dimension)
        case Cross():
            return cross(counted, question.first, question.second)
        case Goals():
            return {goal.name: goal_metrics(goal, counted) for goal in question.goals}
        case GoalBreakdown():
            groups = groups_by_visit(counted, question.dimension)
            return {key: goal_metrics(question.goal, group) for key, group in groups.items()}
        case Funnel():
            return funnel(counted, question.steps)
        case Flow():
            return flow(counted, question.path)


def totals(counted: Sequence[Counted]) -> Row:
    return metrics_of(counted) | {"revenue": revenue_of(counted)}


# Time


def series(counted: Sequence[Counted], interval: str) -> dict[BucketKey, Row]:
    """Return the metrics of each bucket in which something is.

    By the day and longer, all is said of the visits that began then. By the hour and the minute, views
    and events are in the bucket in which they happened, and visitors in that of their earliest visit.
    """
    if interval not in ("hour", "minute"):
        groups: dict[BucketKey, list[Counted]] = {}
        for one in counted:
            groups.setdefault(date_of_bucket(one.visit.day, interval), []).append(one)
        return {key: totals(group) for key, group in groups.items()}
    began: dict[BucketKey, list[Counted]] = {}
    hits: dict[BucketKey, Counted] = {}
    for one in counted:
        key = second_of_bucket(one.visit.began, one.visit, interval)
        began.setdefault(key, []).append(one)
        for view in one.views:
            key = second_of_bucket(view.sent.at, one.visit, interval)
            hits.setdefault(key, Counted(one.visit)).views.append(view)
        for event in one.events:
            key = second_of_bucket(event.sent.at, one.visit, interval)
            hits.setdefault(key, Counted(one.visit)).events.append(event)
    earliest = earliest_visits(one.visit for one in counted)
    return {
        key: _bucket(began.get(key, []), hits.get(key), earliest) for key in began.keys() | hits
    }


def _bucket(began: Sequence[Counted], hits: Counted | None, earliest: dict[Who, PlainVisit]) -> Row:
    views, events = (hits.views, hits.events) if hits else ([], [])
    return (
        metrics_of(began)
        | view_metrics(views)
        | {
            "visitors": sum(earliest[one.visit.who] is one.visit for one in began),
            "events": len(events),
            "revenue": revenue_of([hits] if hits else []),
        }
    )


def earliest_visits(visits: Iterable[PlainVisit]) -> dict[Who, PlainVisit]:
    """Return of each visitor the visit that began before all others."""
    earliest: dict[Who, PlainVisit] = {}
    for visit in visits:
        known = earliest.get(visit.who)
        if known is None or visit.began < known.began:
            earliest[visit.who] = visit
    return earliest


def date_of_bucket(day: dt.date, interval: str) -> dt.date:
    return {"day": day, "week": monday(day), "month": day.replace(day=1)}[interval]


def second_of_bucket(at: int, visit: PlainVisit, interval: str) -> int:
    minutes = {"minute": 1, "hour": 60}[interval]
    number = minute_number(at, visit.day, visit.zone) // minutes
    return first_second(visit.day, visit.zone) + number * minutes * 60


# Values


def breakdown(counted: Sequence[Counted], dimension: str) -> dict[Names, Row]:
    """Return the metrics of each value that occurs; visits without a campaign are left out."""
    everybody = len(people(counted))
    rows = _rows_of(counted, dimension)
    return {
        key: row | {"percentage": ratio(row["visitors"], everybody)} for key, row in rows.items()
    }


def _rows_of(counted: Sequence[Counted], dimension: str) -> dict[Names, Row]:
    rows = {key: row for (key,), row in _rows(counted, (dimension,)).items()}
    if dimension.startswith("utm_"):
        rows.pop(("",), None)
    if dimension == "page":
        for (path,), row in rows.items():
            row |= page_metrics(path, counted, row["pageviews"])
    return rows


def cross(counted: Sequence[Counted], first: str, second: str) -> dict[tuple[Names, Names], Row]:
    """Return the metrics of each pair of values that occurs."""
    return {(one, other): row for (one, other), row in _rows(counted, (first, second)).items()}


def _rows(counted: Sequence[Counted], dimensions: Sequence[str]) -> dict[tuple[Names, ...], Row]:
    groups = groups_by(counted, dimensions)
    rows = {key: totals(group) for key, group in groups.items()}
    if "hour_of_day" in dimensions:
        place = dimensions.index("hour_of_day")
        for key, group in groups.items():
            rows[key]["visitors"] = _visitors_by_hour(key, group, groups, place)
    return rows


def _visitors_by_hour(
    key: tuple[Names, ...],
    group: Sequence[Counted],
    groups: dict[tuple[Names, ...], list[Counted]],
    place: int,
) -> int:
    """Count those visitors whose earliest visit of the other values lies in the hour of this group."""
    alike = [
        one.visit
        for other, ones in groups.items()
        if (*other[:place], *other[place + 1 :]) == (*key[:place], *key[place + 1 :])
        for one in ones
    ]
    earliest = earliest_visits(alike)
    return sum(earliest[one.visit.who] is one.visit for one in group)


def groups_by_visit(counted: Sequence[Counted], dimension: str) -> dict[Names, list[Counted]]:
    groups: dict[Names, list[Counted]] = {}
    for one in counted:
        groups.setdefault(OF_VISITS[dimension](one.visit), []).append(one)
    return groups


def groups_by(
    counted: Sequence[Counted], dimensions: Sequence[str]
) -> dict[tuple[Names, ...], list[Counted]]:
    """Return what is counted of each visit by the values of its dimensions.

    Dimensions of events are of the events counted, those of views of the views.
    """
    groups: dict[tuple[Names, ...], list[Counted]] = {}
    for one in counted:
        parts: dict[tuple[Names, ...], Counted] = {}
        for key, views, events in _pieces(one, dimensions):
            part = parts.setdefault(key, Counted(one.visit))
            part.views += views
            part.events += events
        for key, part in parts.items():
            groups.setdefault(key, []).append(part)
    return groups


def _pieces(
    one: Counted, dimensions: Sequence[str]
) -> Iterator[tuple[tuple[Names, ...], list[KeptHit], list[KeptHit]]]:
    """Yield keys of a visit with the views and the events that have them."""
    if any(is_of_events(dimension) for dimension in dimensions):
        for event in one.events:
            for key in _keys(one.visit, event, dimensions):
                yield key, [], [event]
    elif any(is_of_views(dimension) for dimension in dimensions):
        for view in one.views:
            for key in _keys(one.visit, view, dimensions):
                yield key, [view], []
    else:
        key = tuple(OF_VISITS[dimension](one.visit) for dimension in dimensions)
        yield key, one.views, one.events


def _keys(
    visit: PlainVisit, hit: KeptHit, dimensions: Sequence[str]
) -> Iterable[tuple[Names, ...]]:
    values = [
        [OF_VISITS[dimension](visit)]
        if is_of_visits(dimension)
        else [(text,) for text in hit_texts(dimension, hit)]
        for dimension in dimensions
    ]
    return product(*values)


# Ways


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
        for previous, this, following in zip(
            [ENTERED, *paths], paths, [*paths[1:], LEFT], strict=False
        ):
            if this == path:
                before[previous] = before.get(previous, 0) + 1
                after[following] = after.get(following, 0) + 1
    return {"previous": before, "next": after}
