"""Visits in quarantine: what is left adds up as if they had never come, and all of it comes back."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.collect.batch import Memory, write_batch
from visits.collect.outcome import NewHit
from visits.models import (
    Hit,
    HitProperty,
    HitRevenue,
    OpenVisit,
    Page,
    Quarantine,
    QuarantinedVisit,
    SiteDay,
    Visit,
)
from visits.tests.collect.outcomes import make_new_hit
from visits.tests.factory import make_visit
from visits.tests.reports.naive import PlainHit
from visits.tests.reports.streams import DELAYS, Stream, streams, write
from visits.tests.upkeep.collected import NOW, TODAY
from visits.upkeep import steps
from visits.upkeep.closing import close_days
from visits.upkeep.cutting import purge_steps
from visits.upkeep.quarantine import (
    QuarantineEnded,
    Question,
    open_quarantine,
    quarantine_steps,
    undo_steps,
)
from visits.upkeep.removal import begin_reset, finish_removals
from visits.upkeep.retention import prune

pytestmark = pytest.mark.django_db
QUESTION = Question((), "", dt.date(2026, 1, 1), dt.date(2026, 12, 31))
DAY = dt.timedelta(days=1)
_numbers = itertools.count()


def examples(number: int) -> settings:
    """Every example makes sites of its own, so fixtures may last for all of them."""
    return settings(
        max_examples=number, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of a visit or two, so that visitors are cut into parts."""
    monkeypatch.setattr(steps, "STEP_ROWS", 8)


def new_site(owner: User, zone: str = "UTC") -> Site:
    domain = f"{next(_numbers)}.example"
    return Site.objects.create(owner=owner, name=domain, domain=domain, time_zone=zone)


def put_aside(site: Site, ids: set[int], question: Question = QUESTION) -> Quarantine:
    chosen = Visit.objects.filter(site=site, pk__in=ids)
    quarantine = open_quarantine(site, question, NOW)
    days = sorted(set(chosen.values_list("day", flat=True)))
    list(quarantine_steps(quarantine, lambda day: chosen.filter(day=day), days))
    return quarantine


def undo(quarantine: Quarantine) -> dict[str, int]:
    total: dict[str, int] = {}
    for step in undo_steps(quarantine, NOW):
        for name, count in step.items():
            total[name] = total.get(name, 0) + count
    return total


def rows(site: Site) -> dict[str, list[Any]]:
    """Return all facts of a site as they stand in their tables."""
    return {
        model.__name__: list(model._default_manager.filter(site=site).order_by("pk").values())
        for model in (Visit, Hit, HitProperty, HitRevenue)
    }


def facts(site: Site) -> list[Any]:
    """Return the facts of a site without what tells it from another: ids become places in the order."""
    visits = list(Visit.objects.filter(site=site).order_by("pk").select_related("entry_page"))
    place = {visit.pk: number for number, visit in enumerate(visits)}
    paths = {page.pk: (page.hostname, page.path) for page in Page.objects.filter(site=site)}
    hits = Hit.objects.filter(site=site).order_by("pk")
    properties = Counter(HitProperty.objects.filter(site=site).values_list("hit", flat=True))
    revenues = dict(HitRevenue.objects.filter(site=site).values_list("hit", "amount_micros"))
    return [
        [
            (
                place[visit.visitor], visit.is_first, visit.day, visit.started_at,
                visit.last_seen_at, paths[visit.entry_page_id], paths[visit.exit_page_id],
                visit.pageviews, visit.events, visit.is_bounce, visit.duration_seconds,
                visit.source_id, visit.client_id,
            )
            for visit in visits
        ],
        [
            (
                place[hit.visit_id], hit.day, hit.at, hit.kind, paths[hit.page_id],
                hit.is_first_view, hit.engaged_seconds,
                properties[hit.pk], revenues.get(hit.pk),
            )
            for hit in hits
        ],
    ]  # fmt: skip


@st.composite
def cut_streams(draw: st.DrawFn) -> tuple[Stream, list[bool]]:
    """Draw a stream of hits, and which of its visits are to go."""
    stream = draw(streams(zones=("UTC", "Europe/Berlin", "America/Havana"), delays=DELAYS))
    hits = tuple(message for message in stream.messages if isinstance(message, PlainHit))
    goes = draw(st.lists(st.booleans(), min_size=len(hits), max_size=len(hits)))
    return Stream(stream.zone, stream.day, hits), goes


def store_and_choose(owner: User, stream: Stream, goes: list[bool]) -> tuple[Site, Site, set[int]]:
    """Store a stream, and without the hits of the visits that are to go in another site."""
    whole, rest = new_site(owner, stream.zone), new_site(owner, stream.zone)
    write(whole, stream.messages)
    visit_ids = list(Visit.objects.filter(site=whole).order_by("pk").values_list("pk", flat=True))
    chosen = {pk for pk, is_going in zip(visit_ids, goes, strict=False) if is_going}
    visit_of = list(Hit.objects.filter(site=whole).order_by("pk").values_list("visit", flat=True))
    kept = [
        message
        for message, visit in zip(stream.messages, visit_of, strict=True)
        if visit not in chosen
    ]
    write(rest, kept)
    return whole, rest, chosen


@examples(12)
@given(case=cut_streams())
def test_totals_are_those_of_the_same_stream_without_it_and_come_back_to_the_digit(
    owner: User, case: tuple[Stream, list[bool]]
) -> None:
    whole, rest, chosen = store_and_choose(owner, *case)
    before = rows(whole)

    quarantine = put_aside(whole, chosen)
    while_aside = facts(whole)
    undo(quarantine)

    assert while_aside == facts(rest)
    assert rows(whole) == before
    quarantine.refresh_from_db()
    assert (quarantine.visits, quarantine.hits) == (0, 0)


@examples(8)
@given(case=cut_streams(), order=st.permutations((0, 1, 2)))
def test_several_quarantines_are_undone_in_any_order(
    owner: User, case: tuple[Stream, list[bool]], order: list[int]
) -> None:
    whole, _, _ = store_and_choose(owner, *case)
    before = rows(whole)
    ids = [row["id"] for row in before["Visit"]]

    aside = [
        put_aside(whole, set(ids[n::3]), Question((str(n),), "", TODAY, TODAY)) for n in range(3)
    ]
    assert rows(whole)["Visit"] == []
    for number in order:
        undo(aside[number])

    assert rows(whole) == before


@examples(8)
@given(case=cut_streams())
def test_purge_leaves_what_the_stream_without_it_makes(
    owner: User, case: tuple[Stream, list[bool]]
) -> None:
    whole, rest, chosen = store_and_choose(owner, *case)
    gone = Visit.objects.filter(pk__in=chosen)
    days = sorted(set(gone.values_list("day", flat=True)))

    list(purge_steps(whole.pk, lambda day: gone.filter(day=day), days))

    assert facts(whole) == facts(rest)
    assert not OpenVisit.objects.filter(pk__in=chosen).exists()
    assert list(purge_steps(whole.pk, lambda day: gone.filter(day=day), days)) == []


# Beside collector, reset, retention and closed days


def view(site: Site, seconds: int, path: str = "/", visitor: int = 7) -> NewHit:
    return make_new_hit(site.pk, seconds=seconds, path=path, visitor=visitor)


def newest_visit(site: Site) -> int:
    return Visit.objects.filter(site=site).order_by("-pk").values_list("pk", flat=True)[0]


def test_writer_does_not_continue_a_visit_in_quarantine(site: Site) -> None:
    memory = Memory(1) if connection.vendor == "sqlite" else None
    write_batch([view(site, 0)], memory)
    first = newest_visit(site)
    quarantine = put_aside(site, {first})

    write_batch([view(site, 60), view(site, 120, "/b")], memory)
    second = newest_visit(site)

    assert second != first
    assert Hit.objects.filter(site=site, visit=second, is_first_view=True).count() == 2
    undo(quarantine)
    write_batch([view(site, 180, "/c")], memory)
    visits = Visit.objects.filter(site=site).order_by("pk")
    assert list(visits.values_list("pk", "visitor", "is_first", "pageviews")) == [
        (first, first, True, 1),
        (second, first, False, 3),
    ]
    firsts = Hit.objects.filter(site=site, is_first_view=True).order_by("pk")
    assert list(firsts.values_list("visit", "page__path")) == [
        (first, "/"),
        (second, "/b"),
        (second, "/c"),
    ]


def test_visitors_stay_apart_who_came_again_after_their_salt_was_destroyed(site: Site) -> None:
    write_batch([view(site, 0)])
    quarantine = put_aside(site, {newest_visit(site)})
    write_batch([view(site, 60)])
    OpenVisit.objects.all().delete()

    undo(quarantine)

    assert Visit.objects.filter(site=site, is_first=True).count() == 2


def test_day_is_closed_anew_after_each_step(site: Site) -> None:
    later = NOW + DAY
    visits = [make_visit(site, started_at=NOW, pageviews=["/", "/b"]) for _ in range(3)]
    close_days(later)
    quarantine = put_aside(site, {visits[0].pk})
    assert not SiteDay.objects.closed().filter(site=site, day=NOW.date()).exists()
    close_days(later)

    assert SiteDay.objects.get(site=site, day=NOW.date()).visits == 2
    undo(quarantine)
    close_days(later)
    assert SiteDay.objects.get(site=site, day=NOW.date()).visits == 3


def test_reset_takes_what_is_in_quarantine_and_undo_brings_nothing_back(site: Site) -> None:
    write_batch([view(site, 0), view(site, 0, visitor=8)])
    quarantine = put_aside(site, {newest_visit(site)})
    begin_reset(site, NOW)

    counts = undo(quarantine)
    finish_removals(NOW)

    assert counts == {"lost visits": 1}
    assert not Visit.objects.filter(site=site).exists()
    quarantine.refresh_from_db()
    assert (quarantine.visits, quarantine.hits) == (0, 0)


def test_retention_takes_what_is_in_quarantine(site: Site) -> None:
    kept, old = (make_visit(site, started_at=NOW - days * DAY) for days in (1, 30))
    quarantine = put_aside(site, {kept.pk, old.pk})
    site.keeps_facts_days = 10

    prune(site, NOW)

    assert list(QuarantinedVisit.objects.values_list("pk", flat=True)) == [kept.pk]
    quarantine.refresh_from_db()
    assert (quarantine.visits, quarantine.hits) == (1, 1)


def test_day_whose_facts_are_gone_gets_none_back(site: Site) -> None:
    visit = make_visit(site, started_at=NOW - 30 * DAY)
    quarantine = put_aside(site, {visit.pk})
    SiteDay.objects.filter(site=site).update(is_pruned=True, changes=1)

    assert undo(quarantine) == {"lost visits": 1}
    assert not Visit.objects.exists()
    assert SiteDay.objects.get().changes == 1


def test_same_question_goes_on_in_the_same_quarantine_until_that_is_undone(site: Site) -> None:
    visits = [make_visit(site, started_at=NOW) for _ in range(3)]
    first = put_aside(site, {visits[0].pk})

    assert put_aside(site, {visits[1].pk}) == first
    undo(first)
    again = put_aside(site, {visits[2].pk})
    assert again != first
    chosen = Visit.objects.filter(pk=visits[0].pk)
    with pytest.raises(QuarantineEnded):
        list(quarantine_steps(first, lambda day: chosen, [visits[0].day]))
    assert chosen.exists()


def test_what_a_killed_undo_left_comes_back_with_the_next(site: Site) -> None:
    write_batch([view(site, number, visitor=who) for who in range(4) for number in range(9)])
    before = rows(site)
    quarantine = put_aside(site, {row["id"] for row in before["Visit"]})

    next(undo_steps(quarantine, NOW))
    assert Visit.objects.count() == 1
    undo(quarantine)

    assert rows(site) == before
