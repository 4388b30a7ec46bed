"""Hits of one visitor become visits: a pause of thirty minutes begins a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from visits.collect.pipeline import NewHit
from visits.models import HitKind, OpenVisit, Visit
from visits.models.time import from_day

# The field's usual pause (Google Analytics, Matomo and Plausible use it too), so that numbers compare.
VISIT_PAUSE = dt.timedelta(minutes=30)
CHANGING_FIELDS = (
    "started_at",
    "last_seen_at",
    "entry_page",
    "exit_page",
    "pageviews",
    "events",
    "is_bounce",
    "duration_seconds",
)


@dataclass(frozen=True, slots=True)
class HitIds:
    """The dimension ids of one hit."""

    page: int
    event_name: int | None
    source: int
    client: int
    location: int
    campaign: int
    screen: int
    language: int
    properties: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StitchedHit:
    """The visit that a hit belongs to, and whether its visitor sees the page for the first time."""

    visit: Visit
    is_first_view: bool


@dataclass(slots=True)
class OpenState:
    """A visitor's locked row and the newest visit, which may not be saved yet."""

    row: OpenVisit
    visit: Visit | None

    def continues(self, at: dt.datetime) -> bool:
        """Tell whether a hit at this instant belongs to the visit; logs may be a little out of order."""
        return (
            self.visit is not None
            and self.visit.started_at - VISIT_PAUSE < at < self.visit.last_seen_at + VISIT_PAUSE
        )

    def begin(self, hit: NewHit, ids: HitIds, at: dt.datetime) -> None:
        is_first = self.visit is None and self.row.visit_id is None
        self.visit = Visit(
            site_id=hit.site_id,
            day=self.row.day,
            visitor=hit.visitor,
            started_at=at,
            last_seen_at=at,
            entry_page_id=ids.page,
            exit_page_id=ids.page,
            source_id=ids.source,
            client_id=ids.client,
            location_id=ids.location,
            campaign_id=ids.campaign,
            screen_id=ids.screen,
            language_id=ids.language,
            is_first=is_first,
        )

    def note_view(self, hit: NewHit, page_id: int) -> bool:
        """Return whether this is the visitor's first view of the page that day, and remember it."""
        if hit.kind is not HitKind.PAGEVIEW or page_id in self.row.viewed_pages:
            return False
        self.row.viewed_pages.append(page_id)
        return True


class Stitching:
    """The newest visits of a batch's visitors, locked, and what the batch changes in them.

    Use it inside one transaction: load, then `add` each hit in its order, then `save`.
    """

    def __init__(self, states: Iterable[OpenState]) -> None:
        self.states = {(state.row.site_id, state.row.visitor): state for state in states}
        self.touched: dict[tuple[int, int], OpenState] = {}
        self.new_visits: list[Visit] = []
        self.extended_visits: dict[int, Visit] = {}

    @classmethod
    def load(cls, hits: Sequence[NewHit]) -> Stitching:
        """Return the stitching of a batch, with the rows of its visitors locked.

        New visitors get their row first, then all rows are locked in one order: of two processes that
        meet the same visitor the second waits and then sees the visit of the first. No deadlock.
        """
        days = {(hit.site_id, hit.visitor): from_day(hit.day) for hit in hits}
        OpenVisit.objects.bulk_create(
            [
                OpenVisit(site_id=site_id, visitor=visitor, day=day)
                for (site_id, visitor), day in sorted(days.items())
            ],
            ignore_conflicts=True,
        )
        return cls(_lock_states(hits))

    def add(self, hit: NewHit, ids: HitIds) -> StitchedHit:
        """Extend the hit's visit, begun today or before midnight, or begin a new one."""
        at = dt.datetime.fromtimestamp(hit.at, dt.UTC)
        state = self._open_state(hit, at)
        if not state.continues(at):
            state.begin(hit, ids, at)
            self.new_visits.append(_present(state.visit))
        visit = _present(state.visit)
        if visit.pk is not None:
            self.extended_visits[visit.pk] = visit
        self.touched[state.row.site_id, state.row.visitor] = state
        _extend(visit, hit, ids, at)
        return StitchedHit(visit, state.note_view(hit, ids.page))

    def save(self) -> None:
        """Write new and extended visits, then the rows that point to the newest."""
        Visit.objects.bulk_create(self.new_visits)
        Visit.objects.bulk_create(
            self.extended_visits.values(),
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=CHANGING_FIELDS,
        )
        for state in self.touched.values():
            state.row.visit_id = _present(state.visit).pk
        OpenVisit.objects.bulk_create(
            [state.row for state in self.touched.values()],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["visit", "viewed_pages"],
        )

    def _open_state(self, hit: NewHit, at: dt.datetime) -> OpenState:
        """Return the visitor's state of today, or yesterday's while that visit goes on."""
        today = self.states[hit.site_id, hit.visitor]
        if today.continues(at) or hit.visitor_before is None:
            return today
        before = self.states.get((hit.site_id, hit.visitor_before))
        return before if before is not None and before.continues(at) else today


def _lock_states(hits: Sequence[NewHit]) -> list[OpenState]:
    visitors = {hit.visitor for hit in hits}
    visitors |= {hit.visitor_before for hit in hits if hit.visitor_before is not None}
    rows = list(
        OpenVisit.objects.select_for_update()
        .filter(site__in={hit.site_id for hit in hits}, visitor__in=visitors)
        .order_by("site_id", "visitor")
    )
    visits = Visit.objects.in_bulk([row.visit_id for row in rows if row.visit_id is not None])
    return [OpenState(row, visits.get(row.visit_id or 0)) for row in rows]


def _extend(visit: Visit, hit: NewHit, ids: HitIds, at: dt.datetime) -> None:
    """Count a hit in its visit. Entry and exit page are those of the first and the last hit."""
    if at < visit.started_at:
        visit.started_at, visit.entry_page_id = at, ids.page
    if at >= visit.last_seen_at:
        visit.last_seen_at, visit.exit_page_id = at, ids.page
    if hit.kind is HitKind.PAGEVIEW:
        visit.pageviews += 1
    else:
        visit.events += 1
    if visit.pageviews > 1 or (hit.kind is HitKind.EVENT and hit.is_interactive):
        visit.is_bounce = False
    visit.duration_seconds = int((visit.last_seen_at - visit.started_at).total_seconds())


def _present(visit: Visit | None) -> Visit:
    """Return a visit that the steps before have made sure of."""
    if visit is None:
        raise RuntimeError("A hit was stitched without a visit.")
    return visit
