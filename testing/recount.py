"""Visits counted again from their hits, by a loop that anybody can follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

from testing.installation import Installation

PAUSE_SECONDS = 1800
PAGEVIEW = 1


class Hit(NamedTuple):
    id: int
    visit: int
    at: int
    kind: int
    page: int
    is_first_view: bool


class Visit(NamedTuple):
    id: int
    site: int
    visitor: int
    hash: int
    started_at: int
    last_seen_at: int
    entry_page: int
    exit_page: int
    pageviews: int
    events: int
    is_bounce: bool
    is_first: bool
    duration_seconds: int


HITS = "SELECT id, visit_id, at, kind, page_id, is_first_view FROM visits_hit ORDER BY id"
VISITS = """
    SELECT visit.id, visit.site_id, visit.visitor, known.visitor, visit.started_at, visit.last_seen_at,
      visit.entry_page_id, visit.exit_page_id, visit.pageviews, visit.events, visit.is_bounce,
      visit.is_first, visit.duration_seconds
    FROM visits_visit visit LEFT JOIN visits_openvisit known ON known.id = visit.id
    ORDER BY visit.id
"""


def differences(installation: Installation) -> Counter[str]:
    """Return what is not as the hits say, and how often; empty when all is right.

    It knows visitors by their hash, so a visit that was begun twice is found. Engagement, which moves
    the end of a visit, is not understood.
    """
    hits_of: dict[int, list[Hit]] = defaultdict(list)
    for row in installation.rows(HITS):
        hit = Hit(*row)  # type: ignore[arg-type]
        hits_of[hit.visit].append(hit)
    visits_of: dict[tuple[int, int], list[Visit]] = defaultdict(list)
    wrong: Counter[str] = Counter()
    for row in installation.rows(VISITS):
        visit = Visit(*row)  # type: ignore[arg-type]
        visits_of[visit.site, visit.hash].append(visit)
        wrong.update(_wrong_in_visit(visit, hits_of.pop(visit.id, [])))
    wrong["hits without a visit"] = sum(len(hits) for hits in hits_of.values())
    views_of = _views(installation)
    for visits in visits_of.values():
        wrong.update(_wrong_in_visitor(visits))
        wrong.update(_wrong_in_views([view for visit in visits for view in views_of[visit.id]]))
    return +wrong


def _views(installation: Installation) -> dict[int, list[Hit]]:
    views: dict[int, list[Hit]] = defaultdict(list)
    for row in installation.rows(HITS):
        hit = Hit(*row)  # type: ignore[arg-type]
        if hit.kind == PAGEVIEW:
            views[hit.visit].append(hit)
    return views


def _wrong_in_visit(visit: Visit, hits: list[Hit]) -> list[str]:
    if not hits:
        return ["visits without a hit"]
    pageviews = sum(hit.kind == PAGEVIEW for hit in hits)
    events = len(hits) - pageviews
    in_time = sorted(hits, key=lambda hit: (hit.at, hit.id))
    first, last = in_time[0], in_time[-1]
    right = {
        "pageviews": visit.pageviews == pageviews,
        "events": visit.events == events,
        "started_at": visit.started_at == first.at,
        "last_seen_at": visit.last_seen_at == last.at,
        "entry_page": visit.entry_page == first.page,
        "exit_page": visit.exit_page == last.page,
        "duration_seconds": visit.duration_seconds == last.at - first.at,
        "is_bounce": bool(visit.is_bounce) == (pageviews < 2 and events == 0),
    }
    return [name for name, is_right in right.items() if not is_right]


def _wrong_in_visitor(visits: list[Visit]) -> list[str]:
    wrong = []
    visits = sorted(visits, key=lambda visit: visit.started_at)
    if [bool(visit.is_first) for visit in visits] != [True] + [False] * (len(visits) - 1):
        wrong.append("is_first")
    if {visit.visitor for visit in visits} != {visits[0].id}:
        wrong.append("visitor")
    for before, after in pairwise(visits):
        if after.started_at < before.last_seen_at + PAUSE_SECONDS:
            wrong.append("visits begun twice")
    return wrong


def _wrong_in_views(views: list[Hit]) -> list[str]:
    firsts = Counter(view.page for view in views if view.is_first_view)
    pages = {view.page for view in views}
    return ["is_first_view" for page in pages if firsts[page] != 1]
