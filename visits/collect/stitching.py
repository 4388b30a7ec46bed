"""Hits of one visitor become visits: a pause of thirty minutes begins a new one. Pure; no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from visits.collect.outcome import Engagement, NewHit
from visits.models import HitKind

# The field's usual pause (Google Analytics, Matomo and Plausible use it too), so that numbers compare.
VISIT_PAUSE_SECONDS = 1800
# A visitor who views more pages on a day is asked about in the database: memory stays bounded.
VIEWS_REMEMBERED = 50


class HitIds(NamedTuple):
    """The dimension ids of one hit."""

    page: int
    event_name: int | None
    source: int
    client: int
    location: int
    campaign: int
    screen: int
    language: int


class VisitState:
    """A visit as its row has it, columns in the order of the table statements."""

    __slots__ = (
        "campaign_id", "client_id", "day", "duration_seconds", "entry_page_id", "events",
        "exit_page_id", "id", "is_bounce", "is_first", "language_id", "last_seen_at", "location_id",
        "pageviews", "screen_id", "site_id", "source_id", "started_at", "visitor",
    )  # fmt: skip

    def __init__(
        self, id: int, site_id: int, day: int, visitor: int, started_at: int, last_seen_at: int,
        entry_page_id: int, exit_page_id: int, source_id: int, client_id: int, location_id: int,
        campaign_id: int, screen_id: int, language_id: int, is_first: bool, pageviews: int = 0,
        events: int = 0, is_bounce: bool = True, duration_seconds: int = 0,
    ) -> None:  # fmt: skip
        self.id = id
        self.site_id = site_id
        self.day = day
        self.visitor = visitor
        self.started_at = started_at
        self.last_seen_at = last_seen_at
        self.entry_page_id = entry_page_id
        self.exit_page_id = exit_page_id
        self.source_id = source_id
        self.client_id = client_id
        self.location_id = location_id
        self.campaign_id = campaign_id
        self.screen_id = screen_id
        self.language_id = language_id
        self.is_first = is_first
        self.pageviews = pageviews
        self.events = events
        self.is_bounce = is_bounce
        self.duration_seconds = duration_seconds

    def row(self) -> tuple[int, ...]:
        return (
            self.id, self.site_id, self.day, self.visitor, self.started_at, self.last_seen_at,
            self.entry_page_id, self.exit_page_id, self.source_id, self.client_id, self.location_id,
            self.campaign_id, self.screen_id, self.language_id, self.is_first, self.pageviews,
            self.events, self.is_bounce, self.duration_seconds,
        )  # fmt: skip

    def changed_row(self) -> tuple[int, ...]:
        return (
            self.started_at, self.last_seen_at, self.entry_page_id, self.exit_page_id,
            self.pageviews, self.events, self.is_bounce, self.duration_seconds, self.id,
        )  # fmt: skip

    def count(self, hit: NewHit, page_id: int) -> None:
        """Count a hit. Entry and exit page are those of the first and the last hit."""
        at = hit.at
        if at < self.started_at:
            self.started_at, self.entry_page_id = at, page_id
        if at >= self.last_seen_at:
            self.last_seen_at, self.exit_page_id = at, page_id
        if hit.kind is HitKind.PAGEVIEW:
            self.pageviews += 1
            if self.pageviews > 1:
                self.is_bounce = False
        else:
            self.events += 1
            if hit.is_interactive:
                self.is_bounce = False
        self.duration_seconds = self.last_seen_at - self.started_at

    def attend(self, at: int) -> None:
        """Extend the visit to an instant at which its visitor was still looking."""
        self.last_seen_at = max(self.last_seen_at, at)
        self.duration_seconds = self.last_seen_at - self.started_at


class Visitor:
    """What is known of a visitor of a day: all visits, and the newest view of each page.

    `before` is the same person under the id of the day before; their visit may go on past midnight.
    """

    __slots__ = ("before", "knows_all_views", "views", "visits")

    def __init__(self, visits: list[VisitState], *, is_new: bool) -> None:
        self.visits = visits
        self.views: dict[int, int] = {}
        self.knows_all_views = is_new
        self.before: Visitor | None = None

    def visit_at(self, begins_at: int, ends_at: int) -> VisitState | None:
        """Return the visit that something between these instants belongs to, if any; the newest first.

        Logs may be a little out of order, so a visit also grows at its beginning.
        """
        for visit in reversed(self.visits):
            if (
                visit.started_at - VISIT_PAUSE_SECONDS < ends_at
                and begins_at < visit.last_seen_at + VISIT_PAUSE_SECONDS
            ):
                return visit
        return None

    def note_view(self, page_id: int, hit_id: int) -> bool:
        """Remember a view and return whether it is this visitor's first of the page."""
        is_first = page_id not in self.views
        self.views[page_id] = hit_id
        return is_first

    def forget_many_views(self) -> None:
        if len(self.views) > VIEWS_REMEMBERED:
            self.views.clear()
            self.knows_all_views = False


VisitorKey = tuple[int, int]


class Stitching:
    """A batch being stitched: its visitors, and what the batch adds to and changes in the tables."""

    def __init__(
        self, visitors: dict[VisitorKey, Visitor], visit_ids: Iterable[int], hit_ids: Iterable[int]
    ) -> None:
        self.visitors = visitors
        self.visit_ids: Iterator[int] = iter(visit_ids)
        self.hit_ids: Iterator[int] = iter(hit_ids)
        self.new_visits: list[VisitState] = []
        self.open_visits: list[tuple[int, int, int]] = []
        self.changed_visits: dict[int, VisitState] = {}
        self.hits: list[tuple[int | None, ...]] = []
        # What each hit gets, all of it together: an UPDATE changes a row once, whatever it is joined to.
        self.engagements: dict[int, tuple[int, int]] = {}
        self._new_ids: set[int] = set()

    def add(self, hit: NewHit, ids: HitIds) -> int:
        """Count a hit in its visit, begun today or before midnight, or in a new one; return its id."""
        at = hit.at
        visitor, visit = self._find(hit, at, at)
        if visit is None:
            visit = self._begin(visitor, hit, ids)
        elif visit.id not in self._new_ids:
            self.changed_visits[visit.id] = visit
        visit.count(hit, ids.page)
        hit_id = next(self.hit_ids)
        is_view = hit.kind is HitKind.PAGEVIEW
        self.hits.append(
            (
                hit_id, hit.site_id, visit.day, at, visit.id, hit.kind.value, ids.page,
                ids.event_name,
                # The visitor's own: the same user agent, whatever the lists called it this morning.
                visit.client_id,
                visitor.note_view(ids.page, hit_id) if is_view else None, hit.engaged_seconds,
                hit.scroll_percent,
            )
        )  # fmt: skip
        return hit_id

    def attend(self, engagement: Engagement, page_id: int | None) -> bool:
        """Add attention to the newest view of its page; return False when there is no such view.

        The attention began before it was reported: a visitor who read for an hour was never away.
        """
        begins_at = engagement.at - engagement.engaged_seconds
        visitor, visit = self._find(engagement, begins_at, engagement.at)
        hit_id = None if page_id is None else visitor.views.get(page_id)
        if visit is None or hit_id is None:
            return False
        visit.attend(engagement.at)
        if visit.id not in self._new_ids:
            self.changed_visits[visit.id] = visit
        seconds, scroll_percent = self.engagements.get(hit_id, (0, 0))
        self.engagements[hit_id] = (
            seconds + engagement.engaged_seconds,
            max(scroll_percent, engagement.scroll_percent),
        )
        return True

    def _find(
        self, hit: NewHit | Engagement, begins_at: int, ends_at: int
    ) -> tuple[Visitor, VisitState | None]:
        visitor = self.visitors[hit.site_id, hit.visitor]
        visit = visitor.visit_at(begins_at, ends_at)
        if visit is None and visitor.before is not None:
            visit = visitor.before.visit_at(begins_at, ends_at)
            if visit is not None:
                return visitor.before, visit
        return visitor, visit

    def _begin(self, visitor: Visitor, hit: NewHit, ids: HitIds) -> VisitState:
        visit_id = next(self.visit_ids)
        is_first = not visitor.visits
        visit = VisitState(
            visit_id, hit.site_id, hit.day, visit_id if is_first else visitor.visits[0].visitor,
            hit.at, hit.at, ids.page, ids.page, ids.source, ids.client, ids.location, ids.campaign,
            ids.screen, ids.language, is_first,
        )  # fmt: skip
        visitor.visits.append(visit)
        self.new_visits.append(visit)
        self.open_visits.append((visit_id, hit.day, hit.visitor))
        self._new_ids.add(visit_id)
        return visit


def visitors_of(rows: Sequence[Sequence[Any]]) -> dict[VisitorKey, Visitor]:
    """Return the visitors of rows (visitor, *columns of the visit), the oldest visits first."""
    visitors: dict[VisitorKey, Visitor] = {}
    for visitor_id, *columns in rows:
        visit = VisitState(*columns)
        visitor = visitors.get((visit.site_id, visitor_id))
        if visitor is None:
            visitors[visit.site_id, visitor_id] = Visitor([visit], is_new=False)
        else:
            visitor.visits.append(visit)
    return visitors
