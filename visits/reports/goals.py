"""Goals: what met each of them, and who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from visits.models import Goal
from visits.reports.engines import scan_facts
from visits.reports.measure import Measured, Split, base_scan, measure
from visits.reports.metrics import Revenue, Sum
from visits.reports.query import ReportQuery
from visits.reports.resolve import likes_of_goals
from visits.reports.scan import Fact, Group, Having, HitLike, Key


def sums_by_goal(query: ReportQuery, names: tuple[str, ...]) -> Measured:
    """Return the sums of every goal of the query's sites, by the tuple of its name alone.

    `visitors` are those who met it, `all_visitors` all of the query's, `conversions` the hits that met
    it, `revenue` what these earned. Goals of one name on several sites are one.
    """
    goals = Goal.objects.filter(site__in=query.site_ids).order_by("name", "pk")
    return sums_of_goals(query, list(goals), names)


def sums_of_goals(query: ReportQuery, goals: Sequence[Goal], names: tuple[str, ...]) -> Measured:
    """Return the same of some of these goals: a scan for each of the sums and goals."""
    likes: dict[str, list[HitLike]] = {}
    for goal, like in zip(goals, likes_of_goals(goals), strict=True):
        likes.setdefault(goal.name, []).append(like)
    everybody: Sum = 0
    if "all_visitors" in names:
        everybody = measure(query, Split(), ("visitors",)).only_row["visitors"]
    return Measured(
        names,
        {
            ((name,),): tuple(
                everybody if each == "all_visitors" else _sum(query, alike, each) for each in names
            )
            for name, alike in likes.items()
        },
    )


def count_meeting_visits(query: ReportQuery, goal: Goal) -> int:
    """Return how many visits of the query met a goal of its site; the goal need not be stored."""
    return _visits(query, likes_of_goals([goal]), "visits")


def _sum(query: ReportQuery, likes: Sequence[HitLike], name: str) -> Sum:
    match name:
        case "visitors":
            return _visits(query, likes, "distinct_visitors")
        case "conversions":
            return sum(_count(query, like, f"{like.fact.value}s") for like in likes)
        case "revenue":
            return _revenue(query, likes)
    raise KeyError(name)


def _visits(query: ReportQuery, likes: Sequence[HitLike], name: str) -> int:
    """Return a sum over the visits that have a hit like one of these."""
    only, _, having = query.resolved().for_fact(Fact.VISIT)
    scan = replace(
        base_scan(query, Fact.VISIT, (), (name,)),
        only=only,
        having=(*having, Having(tuple(likes))),
    )
    [(count,)] = scan_facts(scan, query.coverage()).values()
    return count


def _count(query: ReportQuery, like: HitLike, name: str) -> int:
    [(count,)] = _of_hits(query, like, (), name).values()
    return count


def _revenue(query: ReportQuery, likes: Sequence[HitLike]) -> Revenue:
    micros: dict[str, int] = {}
    for like in likes:
        if like.fact is Fact.EVENT:
            rows = _of_hits(query, like, (Group("currency"),), "amount_micros")
            for (currency,), (amount,) in rows.items():
                micros[str(currency)] = micros.get(str(currency), 0) + amount
    return Revenue.of(micros)


def _of_hits(
    query: ReportQuery, like: HitLike, groups: tuple[Group, ...], name: str
) -> dict[Key, tuple[int, ...]]:
    """Return a sum over the hits like this of the visits that the query selects."""
    only, _, having = query.resolved().for_fact(Fact.VISIT)
    scan = replace(
        base_scan(query, like.fact, groups, (name,)), only=only, like=like, having=having
    )
    return scan_facts(scan, query.coverage())
