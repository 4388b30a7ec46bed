"""Writes a batch of outcomes in one transaction, with a number of statements that does not grow with it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from django.db import transaction

from visits.collect.dimension_ids import (
    Home,
    Key,
    campaigns,
    clients,
    event_names,
    heed_resets,
    languages,
    locations,
    pages,
    properties,
    screens,
    sources,
)
from visits.collect.outcome import Engagement, NewHit, Outcome, Refused, Verdict
from visits.collect.refusal import count_refusals
from visits.collect.stitching import (
    HitIds,
    Stitching,
    Visitor,
    VisitorKey,
    VisitState,
    visitors_of,
)
from visits.collect.tables import Tables, tables
from visits.collect.tables.statements import (
    HIT_COLUMNS,
    OPEN_VISIT_COLUMNS,
    PROPERTY_COLUMNS,
    REVENUE_COLUMNS,
    VISIT_COLUMNS,
    Reset,
    Row,
)
from visits.models import HitKind, RefusalReason
from visits.models.collecting import NOBODY

VISITORS_REMEMBERED = 100_000
NO_IDS = range(0)
# Days are closed a few minutes after their end. A batch that is written so long before is stored by
# then, whatever the clocks of two machines say.
ENDING_SECONDS = 600


class Memory:
    """The visitors whose rows one writer knows, so that it need not ask again: SQLite only.

    It is right as long as nobody else writes; `holder` tells this writer's turns from the others'.
    """

    def __init__(self, holder: int) -> None:
        self.holder = holder
        self.resets: dict[int, Reset] = {}
        self.visitors: OrderedDict[VisitorKey, Visitor] = OrderedDict()

    def recall(self, key: VisitorKey) -> Visitor | None:
        visitor = self.visitors.get(key)
        if visitor is not None:
            self.visitors.move_to_end(key)
        return visitor

    def remember(self, visitors: dict[VisitorKey, Visitor]) -> None:
        self.visitors.update(visitors)
        for visitor in visitors.values():
            visitor.forget_many_views()
            if visitor.before is not None:
                visitor.before.forget_many_views()
        while len(self.visitors) > VISITORS_REMEMBERED:
            self.visitors.popitem(last=False)

    def forget(self) -> None:
        self.visitors.clear()

    def heed_resets(self, resets: dict[int, Reset]) -> None:
        """Forget the visitors when a site was reset: their visits do not belong to it any more."""
        if not resets.items() <= self.resets.items():
            self.forget()
            self.resets.update(resets)


def write_batch(outcomes: Sequence[Outcome], memory: Memory | None = None) -> list[Verdict]:
    """Store outcomes in their order; return for each why it was not counted, None for one that was.

    When it returns outside a transaction, they are committed. All or nothing: raises DatabaseError and
    stores none when the database cannot. After an error the `memory` is empty.
    """
    if not outcomes:
        return []
    try:
        with transaction.atomic():
            return write_rows(outcomes, memory)
    except BaseException:
        if memory is not None:
            memory.forget()
        raise


def write_rows(outcomes: Sequence[Outcome], memory: Memory | None) -> list[Verdict]:
    """Write a batch inside the transaction of the caller, who forgets `memory` if that fails.

    Return for each outcome why it was not counted.

    1. whether a site was reset, so that what is remembered of it does not exist any more
    2. ids of messages that were counted before
    3. ids of dimensions, new rows first
    4. visits: lock the visitors, find their visits, stitch in memory
    5. visits, hits and what belongs to them
    6. the days that are over and have changed now: their sums are wrong from here on
    7. refusals, among them what the steps before refused
    """
    statements = tables()
    # Who writes without a memory takes a turn as well, so that those who have one forget it.
    is_our_turn = statements.take_turn(NOBODY if memory is None else memory.holder)
    if memory is not None and not is_our_turn:
        memory.forget()
    resets = statements.hold_sites({outcome.site_id for outcome in outcomes})
    heed_resets(resets)
    if memory is not None:
        memory.heed_resets(resets)
    verdicts = _repeats(statements, outcomes)
    counted = [
        index
        for index, outcome in enumerate(outcomes)
        if verdicts[index] is None and not isinstance(outcome, Refused)
    ]
    if counted:
        _write_counted(statements, outcomes, counted, verdicts, memory, resets)
    refused = [
        _refused(outcome, verdict)
        for outcome, verdict in zip(outcomes, verdicts, strict=True)
        if verdict is not None
    ]
    if refused:
        count_refusals(statements, refused)
    return verdicts


def _repeats(statements: Tables, outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Return the verdicts as far as they are known: refusals, and messages that came before."""
    verdicts: list[Verdict] = []
    claims: dict[tuple[int, int], int] = {}
    for index, outcome in enumerate(outcomes):
        verdict: Verdict = None
        if isinstance(outcome, Refused):
            verdict = outcome.reason
        elif outcome.message_id is not None:
            key = (outcome.site_id, outcome.message_id)
            if claims.setdefault(key, index) != index:
                verdict = RefusalReason.REPEAT
        verdicts.append(verdict)
    if claims:
        rows = [(*key, outcomes[index].at) for key, index in claims.items()]
        new = statements.claim_message_ids(rows)
        for key, index in claims.items():
            if key not in new:
                verdicts[index] = RefusalReason.REPEAT
    return verdicts


def _refused(outcome: Outcome, reason: RefusalReason) -> Refused:
    if isinstance(outcome, Refused):
        return outcome
    return Refused(outcome.site_id, reason, outcome.at)


def _write_counted(
    statements: Tables,
    outcomes: Sequence[Outcome],
    counted: Sequence[int],
    verdicts: list[Verdict],
    memory: Memory | None,
    resets: dict[int, Reset],
) -> None:
    hits = [hit for index in counted if isinstance(hit := outcomes[index], NewHit)]
    engagements = [e for index in counted if isinstance(e := outcomes[index], Engagement)]
    all_ids = _dimension_ids(hits)
    page_ids = pages.find([(e.site_id, *e.page) for e in engagements])
    _change_titles(hits, all_ids, engagements, page_ids)
    visitors = _visitors(statements, [*hits, *engagements], memory, resets)
    _find_views(
        statements,
        visitors,
        [(hit, ids.page) for hit, ids in zip(hits, all_ids, strict=True) if _is_view(hit)]
        + [(e, page) for e, page in zip(engagements, page_ids, strict=True) if page is not None],
    )
    visit_ids, hit_ids = statements.next_ids(len(hits)) if hits else (NO_IDS, NO_IDS)
    stitching = Stitching(visitors, visit_ids, hit_ids)
    ids_of_hits, pages_of_engagements = iter(all_ids), iter(page_ids)
    stored: list[int] = []
    for index in counted:
        outcome = outcomes[index]
        if isinstance(outcome, NewHit):
            stored.append(stitching.add(outcome, next(ids_of_hits)))
        elif isinstance(outcome, Engagement) and not stitching.attend(
            outcome, next(pages_of_engagements)
        ):
            verdicts[index] = RefusalReason.NO_VIEW
    _save(statements, stitching)
    _save_details(statements, hits, stored)
    statements.change_days(_changed_days(stitching, [*hits, *engagements], time.time()))
    if memory is not None:
        memory.remember(visitors)


def _is_view(hit: NewHit) -> bool:
    return hit.kind is HitKind.PAGEVIEW


def _dimension_ids(hits: Sequence[NewHit]) -> list[HitIds]:
    """Return the ids of each hit's dimensions: one look-up for each dimension, not for each hit."""
    homes: list[Home] = [(hit.site_id, hit.day) for hit in hits]
    columns = (
        pages.get_or_create(
            [(hit.site_id, *hit.page) for hit in hits], homes, [hit.title for hit in hits]
        ),
        event_names.get_or_create(
            [(hit.site_id, hit.event_name) if hit.event_name else None for hit in hits], homes
        ),
        sources.get_or_create([hit.source for hit in hits], homes),
        clients.get_or_create([hit.client for hit in hits], homes),
        locations.get_or_create([hit.location for hit in hits], homes),
        campaigns.get_or_create([hit.campaign for hit in hits], homes),
        screens.get_or_create([(hit.screen,) for hit in hits], homes),
        languages.get_or_create([(hit.language,) for hit in hits], homes),
    )
    return list(map(HitIds._make, zip(*columns, strict=True)))


def _change_titles(
    hits: Sequence[NewHit],
    all_ids: Sequence[HitIds],
    engagements: Sequence[Engagement],
    page_ids: Sequence[int | None],
) -> None:
    """Note what pages are called, by those who look at them."""
    told = [
        (ids.page, hit.title, hit.at)
        for hit, ids in zip(hits, all_ids, strict=True)
        if hit.title and _is_view(hit)
    ]
    told += [
        (page, engagement.title, engagement.at)
        for engagement, page in zip(engagements, page_ids, strict=True)
        if engagement.title and page is not None
    ]
    if told:
        pages.change_titles(told)


def _visitors(
    statements: Tables,
    hits: Sequence[NewHit | Engagement],
    memory: Memory | None,
    resets: dict[int, Reset],
) -> dict[VisitorKey, Visitor]:
    """Return the visitors of a batch, from memory or from the database, where they are locked."""
    visitors: dict[VisitorKey, Visitor] = {}
    unknown: dict[VisitorKey, int] = {}
    for hit in hits:
        for visitor_id, day in ((hit.visitor, hit.day), (hit.visitor_before, hit.day - 1)):
            if visitor_id is None:
                continue
            key = (hit.site_id, visitor_id)
            if key in visitors or key in unknown:
                continue
            known = memory.recall(key) if memory is not None else None
            if known is None:
                unknown[key] = day
                continue
            visitors[key] = known
            break  # their day before was looked up when they were
    if unknown:
        statements.lock_visitors({visitor for _, visitor in unknown})
        keys = {(day, visitor) for (_, visitor), day in unknown.items()}
        found = visitors_of(_belonging(statements.find_visits(list(keys)), resets))
        for key in unknown:
            visitors[key] = found.get(key) or Visitor([], is_new=True)
    _join_days(hits, visitors)
    return visitors


def _belonging(rows: Sequence[Row], resets: dict[int, Reset]) -> Sequence[Row]:
    """Leave out the visits, rows of (visitor, id, site, …), that are being removed after a reset."""
    if not resets:
        return rows
    return [row for row in rows if row[2] not in resets or row[1] > resets[row[2]].last_visit]


def _join_days(hits: Sequence[NewHit | Engagement], visitors: dict[VisitorKey, Visitor]) -> None:
    """Let those of today know themselves of yesterday, as far as they were or are just coming."""
    coming = {(hit.site_id, hit.visitor) for hit in hits}
    for hit in hits:
        if hit.visitor_before is not None:
            key = (hit.site_id, hit.visitor_before)
            before = visitors.get(key)
            if before is not None and (before.visits or key in coming):
                visitors[hit.site_id, hit.visitor].before = before


def _find_views(
    statements: Tables,
    visitors: dict[VisitorKey, Visitor],
    wanted: Sequence[tuple[NewHit | Engagement, int]],
) -> None:
    """Learn from the database which pages visitors have viewed, where memory does not know."""
    asked: dict[int, Visitor] = {}
    keys = set()
    for hit, page_id in wanted:
        visitor = visitors[hit.site_id, hit.visitor]
        for who in (visitor, visitor.before):
            if who is None or who.knows_all_views or page_id in who.views:
                continue
            for visit in who.visits:
                asked[visit.id] = who
                keys.add((visit.site_id, visit.day, page_id, visit.client_id, visit.id))
    for visit_id, page_id, hit_id in statements.find_views(list(keys)):
        views = asked[visit_id].views
        views[page_id] = max(hit_id, views.get(page_id, 0))


def _changed_days(
    stitching: Stitching, outcomes: Sequence[NewHit | Engagement], now: float
) -> list[tuple[int, int]]:
    """Return the (site, day) of visits that changed after their day or near its end, sorted.

    A visit that began before midnight belongs to a day that none of the outcomes names.
    """
    going_on = {
        (outcome.site_id, outcome.day)
        for outcome in outcomes
        if outcome.day_ends_at > now + ENDING_SECONDS
    }
    return sorted(
        {(visit.site_id, visit.day) for visit in _touched_visits(stitching)}.difference(going_on)
    )


def _touched_visits(stitching: Stitching) -> Iterator[VisitState]:
    yield from stitching.new_visits
    yield from stitching.changed_visits.values()


def _save(statements: Tables, stitching: Stitching) -> None:
    new = [visit.row() for visit in stitching.new_visits]
    changed = [visit.changed_row() for _, visit in sorted(stitching.changed_visits.items())]
    statements.insert("visits_visit", VISIT_COLUMNS, new)
    statements.insert("visits_openvisit", OPEN_VISIT_COLUMNS, stitching.open_visits)
    statements.update_visits(changed)
    statements.insert("visits_hit", HIT_COLUMNS, stitching.hits)
    statements.add_engagement([(hit, *sums) for hit, sums in stitching.engagements.items()])


def _save_details(statements: Tables, hits: Sequence[NewHit], hit_ids: Sequence[int]) -> None:
    """Write the properties and the revenue of the hits that have some."""
    stored = list(zip(hits, hit_ids, strict=True))
    with_properties = [(hit, hit_id) for hit, hit_id in stored if hit.properties]
    if with_properties:
        keys: list[Key | None] = []
        homes: list[Home] = []
        owners: list[tuple[int, int]] = []
        for hit, hit_id in with_properties:
            keys += [(hit.site_id, entry.key, entry.value) for entry in hit.properties]
            homes += [(hit.site_id, hit.day)] * len(hit.properties)
            owners += [(hit.site_id, hit_id)] * len(hit.properties)
        ids = properties.get_or_create(keys, homes)
        rows = [(*owner, property_id) for owner, property_id in zip(owners, ids, strict=True)]
        statements.insert("visits_hitproperty", PROPERTY_COLUMNS, rows)
    earned = [
        (hit.site_id, hit_id, hit.revenue.currency, hit.revenue.amount_micros)
        for hit, hit_id in stored
        if hit.revenue is not None
    ]
    statements.insert("visits_hitrevenue", REVENUE_COLUMNS, earned)
