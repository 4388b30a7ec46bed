"""Goals: what met each of them, and who."""

from __future__ import annotations

from collections.abc import Sequence

from visits.models import Goal
from visits.reports.measure import Measured, Split, measure, visits_selected
from visits.reports.meeting import Earning, Likes, Meeting
from visits.reports.metrics import Revenue, Sum
from visits.reports.query import ReportQuery
from visits.reports.resolve import likes_of_goals
from visits.reports.scan import Fact, HitLike, Scan
from visits.reports.visit_engines import ask_visits


def sums_by_goal(query: ReportQuery, names: tuple[str, ...]) -> Measured:
    """Return the sums of every goal of the query's sites, by the tuple of its name alone.

    `visitors` are those who met it, `all_visitors` all of the query's, `conversions` the hits that met
    it, `revenue` what these earned. Goals of one name on several sites are one.
    """
    goals = Goal.objects.filter(site__in=query.site_ids).order_by("name", "pk")
    return sums_of_goals(query, list(goals), names)


def sums_of_goals(query: ReportQuery, goals: Sequence[Goal], names: tuple[str, ...]) -> Measured:
    """Return the same of some of these goals: a scan for all of them, and one more for revenue."""
    likes: dict[str, list[HitLike]] = {}
    for goal, like in zip(goals, likes_of_goals(goals), strict=True):
        likes.setdefault(goal.name, []).append(like)
    visits, kinds = visits_selected(query), tuple(map(tuple, likes.values()))
    columns: dict[str, list[Sum]] = {}
    if {"visitors", "conversions"} & set(names):
        columns["visitors"], columns["conversions"] = _meetings(query, Meeting(visits, kinds))
    if "revenue" in names:
        columns["revenue"] = _revenues(query, visits, kinds)
    if "all_visitors" in names:
        everybody = measure(query, Split(), ("visitors",)).only_row["visitors"]
        columns["all_visitors"] = [everybody] * len(kinds)
    rows = zip(*(columns[name] for name in names), strict=True)
    return Measured(names, {((name,),): sums for name, sums in zip(likes, rows, strict=True)})


def _meetings(query: ReportQuery, scan: Meeting) -> tuple[list[Sum], list[Sum]]:
    """Return visitors and hits of each kind."""
    nothing = (0,) * (2 * len(scan.kinds))
    sums = ask_visits(scan, query.coverage()).get((), nothing) if scan.kinds else nothing
    return list(sums[::2]), list(sums[1::2])


def _revenues(query: ReportQuery, visits: Scan, kinds: Sequence[Likes]) -> list[Sum]:
    """Return what the hits of each kind earned. Views earn nothing, and are not asked for."""
    earning = [place for place, likes in enumerate(kinds) if _may_earn(likes)]
    micros: list[dict[str, int]] = [{} for _ in kinds]
    if not earning:
        return [Revenue() for _ in kinds]
    scan = Earning(visits, tuple(kinds[place] for place in earning))
    for (currency,), sums in ask_visits(scan, query.coverage()).items():
        for place, payments, amount in zip(earning, sums[::2], sums[1::2], strict=True):
            if payments:
                micros[place][str(currency)] = amount
    return [Revenue.of(each) for each in micros]


def _may_earn(likes: Likes) -> bool:
    return any(like.fact is Fact.EVENT for like in likes)
