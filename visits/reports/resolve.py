"""From filters to ids: which dimension rows a filter is about, so that only integers reach the facts.

A set of ids holds what exists now. A “not” excludes the rows that fit, so that rows which are stored a
moment later need not be known; only a property, of which an event may carry several, is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from visits.models import EventName, Goal, Operator, Page, Property
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.filters import GOAL, PROPERTY, Filter
from visits.reports.goal_likes import goal_likes, likes_of_goals
from visits.reports.scan import Fact, Having, HitLike, Only

__all__ = ["Resolved", "goal_likes", "is_possible", "likes_of_goals", "resolve"]

# Dimensions of which each site has rows of its own.
SITE_MODELS = (Page, EventName, Property)
# What no hit is like: a view of none of the pages.
NO_HIT = HitLike(Fact.PAGEVIEW, (Only("page", frozenset()),))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What filters ask of the facts.

    `only` are conditions on the visit. `like_view` and `like_event` are what a counted pageview and a
    counted event must be like, None without a condition on hits. `selecting` is the one of them that a
    visit must have to be selected: the event as soon as a condition is about events. `goals` is what
    filters by goals ask of the visit, each by itself.
    """

    only: tuple[Only, ...] = ()
    like_view: HitLike | None = None
    like_event: HitLike | None = None
    selecting: HitLike | None = None
    goals: tuple[Having, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be found, as far as that is certain without looking at the facts."""
        return (
            any(map(_is_impossible, self.only))
            or (self.selecting is not None and not is_possible(self.selecting))
            or any(goal.likes == (NO_HIT,) for goal in self.goals)
        )

    def for_fact(self, fact: Fact) -> tuple[tuple[Only, ...], HitLike | None, tuple[Having, ...]]:
        """Return `only`, `like` and `having` of a scan of this fact.

        Where the counted hit itself is what selects its visit, the visit is not asked again.
        """
        likes = {Fact.PAGEVIEW: self.like_view, Fact.EVENT: self.like_event}
        having = tuple(replace(each, likes=_together(each.likes)) for each in self.goals)
        if self.selecting is not None and self.selecting.fact is not fact:
            having = (Having((self.selecting,)), *having)
        return self.only, likes.get(fact), having


def resolve(filters: Iterable[Filter], site_ids: Sequence[int]) -> Resolved:
    """Return what the filters ask of the facts of these sites.

    One statement a filter, four at most for one of goals. Several filters of one column stay apart.
    """
    only: dict[Fact, list[Only]] = {fact: [] for fact in Fact}
    properties: list[frozenset[int]] = []
    goals: list[Having] = []
    for condition in filters:
        if condition.name == GOAL:
            goals.append(_goal_having(condition, site_ids))
        elif condition.name == PROPERTY:
            properties.append(_property_ids(condition, site_ids))
        else:
            dimension = DIMENSIONS[condition.name]
            only[dimension.fact].append(_only(dimension, condition, site_ids))
    return _resolved(only, tuple(properties), goals)


def is_possible(like: HitLike) -> bool:
    """Return whether there can be a hit like this; False only where that is certain."""
    return not any(map(_is_impossible, like.only)) and all(like.properties)


def _resolved(
    only: dict[Fact, list[Only]], properties: tuple[frozenset[int], ...], goals: list[Having]
) -> Resolved:
    of_views, of_events = tuple(only[Fact.PAGEVIEW]), tuple(only[Fact.EVENT])
    like_view = HitLike(Fact.PAGEVIEW, of_views) if of_views else None
    like_event = None
    if of_views or of_events or properties:
        like_event = HitLike(Fact.EVENT, of_views + of_events, properties)
    return Resolved(
        only=tuple(each for each in only[Fact.VISIT] if not _is_idle(each)),
        like_view=like_view,
        like_event=like_event,
        selecting=like_event if of_events or properties else like_view,
        # Two filters that mean the same goals are one.
        goals=tuple(each for each in dict.fromkeys(goals) if each.likes or not each.is_excluded),
    )


def _only(dimension: Dimension, condition: Filter, site_ids: Sequence[int]) -> Only:
    ids = _dimension_ids(dimension, condition, site_ids)
    return Only(dimension.column, ids, is_excluded=condition.operator.is_negative)


def _dimension_ids(
    dimension: Dimension, condition: Filter, site_ids: Sequence[int]
) -> frozenset[int]:
    """Return the rows whose text is, or contains, one of the values. Python has the last word."""
    assert dimension.model is not None
    rows: QuerySet[Any] = dimension.model._default_manager.all()
    if issubclass(dimension.model, SITE_MODELS):
        rows = rows.filter(site__in=site_ids)
    if not condition.operator.is_partial:
        rows = _narrowed(rows, dimension, condition.values)
    finds = condition.operator.finder(condition.values)
    texts = rows.values_list("pk", *dimension.fields)
    if len(dimension.fields) == 1:
        return frozenset(row_id for row_id, text in texts if finds(text))
    return frozenset(row_id for row_id, *fields in texts if finds(dimension.text(*fields)))


def _narrowed(rows: QuerySet[Any], dimension: Dimension, values: Iterable[str]) -> QuerySet[Any]:
    """Return the rows whose first field can be that of one of the values: there is an index on it.

    A name of two words may be joined to its version with the same space: “Samsung Internet 23”.
    """
    field = dimension.fields[0]
    joiner = dimension.joiner if len(dimension.fields) > 1 else None
    starts = set(values)
    if joiner is not None:
        column = rows.model._meta.get_field(field)
        starts = {start for value in values for start in _starts(value, joiner)}
        starts = {start for start in starts if len(start) <= column.max_length}
    return rows.filter(**{f"{field}__in": starts})


def _starts(text: str, joiner: str) -> Iterator[str]:
    """Yield the text up to each joiner, and all of it."""
    end = text.find(joiner)
    while end >= 0:
        yield text[:end]
        end = text.find(joiner, end + len(joiner))
    yield text


def _property_ids(condition: Filter, site_ids: Sequence[int]) -> frozenset[int]:
    """Return the properties with a value that meets the operator, “not” included.

    Without a key in the filter it is the keys of properties that meet it.
    """
    rows = Property.objects.filter(site__in=site_ids)
    field = "key"
    if condition.key is not None:
        rows, field = rows.filter(key=condition.key), "value"
    if condition.operator is Operator.IS:
        rows = rows.filter(**{f"{field}__in": condition.values})
    finds, is_negative = condition.operator.finder(condition.values), condition.operator.is_negative
    texts = rows.values_list("pk", field)
    return frozenset(row_id for row_id, text in texts if finds(text) is not is_negative)


def _goal_having(condition: Filter, site_ids: Sequence[int]) -> Having:
    """Return the hits that meet any of the goals that the filter names, without those that none can be."""
    goals = Goal.objects.filter(site__in=site_ids)
    if not condition.operator.is_partial:
        goals = goals.filter(name__in=condition.values)
    finds = condition.operator.finder(condition.values)
    likes = likes_of_goals([goal for goal in goals if finds(goal.name)])
    possible = tuple(filter(is_possible, likes))
    if condition.operator.is_negative:
        return Having(possible, is_excluded=True)
    return Having(possible or (NO_HIT,))


def _together(likes: Iterable[HitLike]) -> tuple[HitLike, ...]:
    """Return fewer likes which the same hits meet: those of pages alone are one, and those of events."""
    ids: dict[tuple[Fact, str], set[int]] = {}
    others = []
    for like in likes:
        if column := column_alone(like):
            ids.setdefault((like.fact, column), set()).update(like.only[0].values)
        else:
            others.append(like)
    merged = (HitLike(fact, (Only(column, frozenset(of)),)) for (fact, column), of in ids.items())
    return (*merged, *others)


def column_alone(like: HitLike) -> str:
    """Return the column whose ids alone say what a hit is like, empty where more does."""
    is_plain = len(like.only) == 1 and not like.properties and like.scroll_at_least is None
    return like.only[0].column if is_plain and not like.only[0].is_excluded else ""


def _is_impossible(only: Only) -> bool:
    return not only.values and not only.is_excluded


def _is_idle(only: Only) -> bool:
    """Return whether a condition excludes nothing."""
    return not only.values and only.is_excluded
