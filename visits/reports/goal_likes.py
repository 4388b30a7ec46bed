"""Which hits meet a goal: ids of its pages, of its event, and of what its properties may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from sites.glob import WILDCARD, Globs
from visits.models import Condition, EventName, Goal, Page, Property
from visits.reports.scan import Fact, HitLike, Only

Rows = Sequence[tuple[int, str]]


def goal_likes(goal: Goal) -> HitLike:
    """Return what a hit that meets the goal is like. For several goals `likes_of_goals` asks less often."""
    (like,) = likes_of_goals([goal])
    return like


def likes_of_goals(goals: Sequence[Goal]) -> tuple[HitLike, ...]:
    """Return what a hit that meets each goal is like, in the order of the goals.

    Three statements at most, however many goals there are and of however many sites: pages, event
    names, properties. Ids belong to the goal's site, so that hits of other sites never meet it. A goal
    of a page or an event that nobody has seen yet has an empty set of ids.
    """
    paths = _find_paths([goal for goal in goals if goal.page_pattern])
    names = _find_names([goal for goal in goals if goal.event_name])
    values = _find_values(goals)
    return tuple(_like(goal, paths, names, values) for goal in goals)


def _like(
    goal: Goal,
    paths: Mapping[int, Rows],
    names: Mapping[tuple[int, str], int],
    values: Mapping[tuple[int, str], Rows],
) -> HitLike:
    if goal.kind == Goal.Kind.EVENT:
        event = names.get((goal.site_id, goal.event_name))
        return HitLike(
            Fact.EVENT,
            (Only("event_name", frozenset(() if event is None else (event,))),),
            tuple(
                _meeting(condition, values[goal.site_id, condition.key])
                for condition in goal.property_conditions()
            ),
        )
    pages = _matching(goal.page_pattern, paths.get(goal.site_id, ()))
    return HitLike(Fact.PAGEVIEW, (Only("page", pages),), scroll_at_least=goal.scroll_percent)


def _find_paths(goals: Iterable[Goal]) -> dict[int, list[tuple[int, str]]]:
    """Return the pages of each site (id and path) among which those of the goals are."""
    patterns = {(goal.site_id, goal.page_pattern) for goal in goals}
    paths: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if patterns:
        condition = reduce(or_, (_could_match(*pattern) for pattern in sorted(patterns)))
        for site_id, page, path in Page.objects.filter(condition).values_list("site", "pk", "path"):
            paths[site_id].append((page, path))
    return paths


def _could_match(site_id: int, pattern: str) -> Q:
    """Return a condition that all pages of a pattern meet; SQLite also finds other capitals with it."""
    beginning, wildcard, _ = pattern.partition(WILDCARD)
    lookup = "path__startswith" if wildcard else "path"
    return Q(("site", site_id), (lookup, beginning))


def _matching(pattern: str, pages: Iterable[tuple[int, str]]) -> frozenset[int]:
    """Return the pages whose path the pattern matches.

    Beginning and end are compared first: that is quick, and few paths are left for the wildcards.
    """
    if WILDCARD not in pattern:
        return frozenset(page for page, path in pages if path == pattern)
    globs = Globs([pattern], separator="/")
    begin, end = pattern.partition(WILDCARD)[0], pattern.rpartition(WILDCARD)[2]
    return frozenset(
        page
        for page, path in pages
        if path.startswith(begin) and path.endswith(end) and globs.match(path)
    )


def _find_names(goals: Iterable[Goal]) -> dict[tuple[int, str], int]:
    """Return the event names of the goals by site and name, those that exist."""
    wanted = {(goal.site_id, goal.event_name) for goal in goals}
    if not wanted:
        return {}
    rows = EventName.objects.filter(
        site__in={site_id for site_id, _ in wanted}, name__in={name for _, name in wanted}
    )
    return {(site_id, name): pk for site_id, name, pk in rows.values_list("site", "name", "pk")}


def _find_values(goals: Iterable[Goal]) -> dict[tuple[int, str], list[tuple[int, str]]]:
    """Return the properties of the goals (id and value) by site and key."""
    wanted = {(goal.site_id, each.key) for goal in goals for each in goal.property_conditions()}
    values: dict[tuple[int, str], list[tuple[int, str]]] = {pair: [] for pair in wanted}
    if wanted:
        rows = Property.objects.filter(
            site__in={site_id for site_id, _ in wanted}, key__in={key for _, key in wanted}
        )
        for site_id, key, pk, value in rows.values_list("site", "key", "pk", "value"):
            values.setdefault((site_id, key), []).append((pk, value))
    return values


def _meeting(condition: Condition, properties: Iterable[tuple[int, str]]) -> frozenset[int]:
    """Return the properties whose value meets the condition, “not” included."""
    finds = condition.operator.finder([condition.value])
    is_negative = condition.operator.is_negative
    return frozenset(pk for pk, value in properties if finds(value) is not is_negative)
