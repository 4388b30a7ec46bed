"""What is left of a site that was deleted or reset, and what of the others."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sites.models import Exclusion, Site
from visits.collect.batch import Memory, write_batch
from visits.collect.outcome import NewHit
from visits.models import (
    BotCount,
    EventName,
    Hit,
    HitProperty,
    MessageId,
    OpenVisit,
    Page,
    Property,
    Refusal,
    SiteDay,
    Visit,
)
from visits.tests.collect.outcomes import make_new_hit
from visits.tests.upkeep.collected import (
    NOW,
    SETTINGS,
    TODAY,
    collect,
    fill,
    hit,
    models_of_sites,
    orphans,
    rows_of,
    stored_files,
)
from visits.upkeep import removal, steps
from visits.upkeep.removal import begin_reset, finish_removal, finish_removals
from visits.upkeep.steps import Counts

YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of four rows without pauses."""
    monkeypatch.setattr(steps, "STEP_ROWS", 4)
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", lambda seconds: None)


@pytest.fixture
def other(site: Site) -> Site:
    """Another site of the owner, with traffic of its own."""
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    fill(other)
    return other


def delete(site: Site) -> None:
    Site.objects.filter(pk=site.pk).discard(NOW)


def all_steps() -> list[Counts]:
    """Return what each step of the removals to be done removes."""
    found: list[Counts] = []

    def note(work: Any, seconds: float | None = None) -> Counts:
        found.extend(work)
        return Counter()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(removal, "take_steps", note)
        finish_removals(NOW)
    return found


# Deleted


def test_every_table_of_a_site_is_filled_in_these_tests(site: Site) -> None:
    fill(site)

    missing = {model.__name__ for model in models_of_sites()} - set(rows_of(site.pk))

    assert missing <= set(SETTINGS)


def test_nothing_of_a_deleted_site_is_left(site: Site, other: Site) -> None:
    fill(site)
    before = rows_of(other.pk)
    delete(site)

    finish_removals(NOW)

    assert rows_of(site.pk) == {}
    assert orphans() == {}
    assert stored_files(site.pk) == []
    assert not Site.with_deleted.filter(pk=site.pk).exists()
    assert rows_of(other.pk) == before
    assert len(stored_files(other.pk)) == 2
    assert Visit.objects.count() == before["Visit"]
    assert OpenVisit.objects.count() == before["Visit"] + before["QuarantinedVisit"]


def test_rows_that_a_deletion_removed_are_counted_by_table(site: Site) -> None:
    fill(site, count=3, days=3)
    delete(site)

    counts = finish_removal(Site.with_deleted.get())

    assert counts == {
        "visits": 9,
        "open visits": 9,
        "hits": 9,
        "hit properties": 18,
        "hit revenues": 9,
        "pages": 3,
        "event names": 3,
        "properties": 4,
        "message ids": 9,
        "refusals": 3,
        "refusal samples": 3,
        "bot counts": 3,
        "dimension quotas": 9,
        "log imports": 1,
        "quarantined visits": 1,
        "quarantines": 1,
        "site days": 3,
        "exclusions": 1,
        "sites": 1,
    }


def test_transactions_of_a_deletion_are_as_small_as_a_step(site: Site) -> None:
    fill(site, count=9)
    delete(site)

    removed = all_steps()

    assert max(step.total() for step in removed) <= 4
    assert rows_of(site.pk) == {}


def test_statements_of_a_step_do_not_grow_with_the_site(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements_a_step(count: int) -> float:
        filled = Site.objects.create(owner=site.owner, name="Filled", domain=f"{count}.example")
        collect(filled, count)
        delete(filled)
        with CaptureQueriesContext(connection) as queries:
            removed = all_steps()
        return len(queries) / len(removed)

    assert statements_a_step(80) <= statements_a_step(20)


@pytest.mark.parametrize("is_reset", [True, False], ids=["reset", "deleted"])
def test_removal_that_was_killed_is_finished_by_the_next_round(
    site: Site, other: Site, is_reset: bool
) -> None:
    before = rows_of(other.pk)
    fill(site)
    begin_reset(site, NOW) if is_reset else delete(site)
    begin = removal._reset_steps if is_reset else removal._deletion_steps

    for _ in range(8):
        work = begin(site)
        next(work), next(work)
        work.close()
    assert rows_of(site.pk)["Visit"] < 9
    finish_removals(NOW)

    assert not set(rows_of(site.pk)) - {*SETTINGS, "SiteDay"}
    assert orphans() == {}
    assert rows_of(other.pk) == before


def test_round_ends_when_its_time_is_up(site: Site) -> None:
    fill(site)
    delete(site)

    counts = finish_removal(Site.with_deleted.get(), seconds=0)

    assert counts == {"hit properties": 4}
    assert Site.with_deleted.exists()


def test_site_that_cannot_be_removed_leaves_the_others(
    site: Site, other: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site)
    for place in (site, other):
        delete(place)
    finish = removal.finish_removal

    def fail_first(place: Site, seconds: float | None = None) -> Counts:
        if place == site:
            raise OverflowError
        return finish(place, seconds)

    monkeypatch.setattr(removal, "finish_removal", fail_first)

    finish_removals(NOW)

    assert rows_of(site.pk) != {}
    assert rows_of(other.pk) == {}


def test_place_of_the_archive_that_is_away_holds_up_nothing(site: Site, settings: Any) -> None:
    fill(site)
    delete(site)
    settings.ARCHIVE_URL = ""

    finish_removals(NOW)

    assert rows_of(site.pk) == {}


# Reset


def test_reset_leaves_what_the_owner_has_set_and_nothing_else(site: Site, other: Site) -> None:
    fill(site)
    before = rows_of(other.pk)

    begin_reset(site, NOW)
    finish_removals(NOW)

    assert rows_of(site.pk) == {"Exclusion": 1, "Quarantine": 1, "SiteDay": 1}
    assert orphans() == {}
    assert stored_files(site.pk) == []
    assert rows_of(other.pk) == before
    site.refresh_from_db()
    assert (site.is_being_reset, site.reset_at) == (False, NOW)
    assert Exclusion.objects.get(site=site).pattern == "/admin/**"


def test_numbers_of_past_days_are_zero_as_soon_as_a_reset_has_begun(site: Site) -> None:
    fill(site)

    begin_reset(site, NOW)

    day = SiteDay.objects.get(site=site)
    assert (day.day, day.visits, day.is_closed, day.is_pruned) == (YESTERDAY, 0, True, True)


def test_what_comes_after_a_reset_counts(site: Site) -> None:
    fill(site)
    begin_reset(site, NOW)

    write_batch([hit(site, 1, message_id=None), hit(site, 7, message_id=None)])
    collect(site, 0)
    finish_removals(NOW)

    assert Visit.objects.filter(site=site).count() == 2
    assert set(Hit.objects.values_list("page__path", flat=True)) == {"/1", "/7"}
    assert set(Page.objects.values_list("path", flat=True)) == {"/1", "/7"}
    assert EventName.objects.count() == HitProperty.objects.count() / 2 == 2
    assert Property.objects.count() == 3
    assert Refusal.objects.get().count == BotCount.objects.get().count == 1
    assert orphans() == {}


def test_hit_of_yesterday_that_comes_after_a_reset_is_found_when_it_is_done(site: Site) -> None:
    fill(site)
    begin_reset(site, NOW)

    write_batch([hit(site, 1, days_ago=1, message_id=None)])
    finish_removals(NOW)

    day = SiteDay.objects.get(site=site)
    assert (day.day, day.is_pruned, day.is_closed) == (YESTERDAY, False, False)
    assert Visit.objects.get(site=site).day == YESTERDAY


def test_message_that_was_counted_before_a_reset_may_be_sent_again(site: Site) -> None:
    write_batch([hit(site, 1)])
    begin_reset(site, NOW)
    finish_removals(NOW)

    [verdict] = write_batch([hit(site, 1)])

    assert verdict is None
    assert MessageId.objects.count() == 1


def test_site_is_reset_again_while_the_first_reset_goes_on(site: Site) -> None:
    fill(site)
    begin_reset(site, NOW)
    work = removal._reset_steps(site)
    next(work)
    collect(site, 5)

    begin_reset(Site.objects.get(), NOW + dt.timedelta(minutes=1))
    list(work)
    assert Site.objects.get().is_being_reset
    finish_removals(NOW)

    assert "Visit" not in rows_of(site.pk)
    assert not Site.objects.get().is_being_reset


def test_reset_site_may_be_deleted_meanwhile(site: Site) -> None:
    fill(site)
    begin_reset(site, NOW)
    delete(site)

    finish_removals(NOW)

    assert rows_of(site.pk) == {}


def test_transactions_of_a_reset_are_as_small_as_a_step(site: Site) -> None:
    fill(site, count=9)
    begin_reset(site, NOW)

    removed = all_steps()

    assert max(step.total() for step in removed) <= 4


def test_reset_itself_touches_no_facts(site: Site) -> None:
    fill(site)

    with CaptureQueriesContext(connection) as queries:
        begin_reset(site, NOW)

    writes = [sql for query in queries if not (sql := query["sql"]).startswith("SELECT")]
    assert not any("visits_hit" in sql or "visits_visit" in sql for sql in writes)


def test_reset_of_an_empty_site_changes_nothing_else(site: Site, other: Site) -> None:
    before = rows_of(other.pk)

    begin_reset(site, NOW)
    assert finish_removals(NOW) == 0

    assert rows_of(site.pk) == {"SiteDay": 1}
    assert rows_of(other.pk) == before


@pytest.mark.django_db(transaction=True)
def test_collecting_beside_a_reset_goes_on_and_is_exact(site: Site, other: Site) -> None:
    """A writer stores hits of both sites all the time: what was answered after the reset stays."""
    sent: list[int] = []
    is_over = threading.Event()

    def send() -> None:
        memory = Memory(1) if connection.vendor == "sqlite" else None
        try:
            while not is_over.is_set():
                number = len(sent)
                # Ten visitors come again and again, to pages of their own and to those of others.
                write_batch(
                    [
                        make_hit(site, number % 10, f"/{number}", number),
                        make_hit(site, number % 10, "/", number),
                        make_hit(other, number % 10, "/", number),
                    ],
                    memory,
                )
                sent.append(number)
        finally:
            connection.close()

    def wait_for(count: int) -> None:
        give_up_at = time.monotonic() + 30
        while len(sent) < count and time.monotonic() < give_up_at:
            is_over.wait(0.005)

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send)
        wait_for(50)
        before = list(sent)
        begin_reset(site, NOW)
        after = len(sent)
        finish_removals(NOW)
        wait_for(after + 50)
        is_over.set()
        sending.result(60)

    kept = {int(path[1:]) for path in paths_of(site) - {"/"}}
    assert kept >= set(sent[after + 1 :])
    assert kept.isdisjoint(before)
    assert Hit.objects.filter(site=site, page__path="/").count() == len(kept)
    for visit in Visit.objects.filter(site=site):
        assert visit.pageviews == Hit.objects.filter(visit=visit).count()
    assert Visit.objects.filter(site=site, is_first=True).count() == 10
    assert Hit.objects.filter(site=other, page__path="/").count() == len(sent)
    assert orphans() == {}


def make_hit(site: Site, visitor: int, path: str, seconds: int) -> NewHit:
    return make_new_hit(site.pk, seconds=seconds, path=path, visitor=site.pk * 1000 + visitor)


def paths_of(site: Site) -> set[str]:
    return set(Hit.objects.filter(site=site).values_list("page__path", flat=True))
