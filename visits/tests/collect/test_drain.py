"""Batches go from the spool into the database once, whatever ends when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from sites.models import Site
from visits.collect.batch import Memory, write_batch
from visits.collect.drain import (
    MARK_LIFE,
    drain_batch,
    has_committed,
    name_transaction,
    remove_spool_marks,
    spool_mark,
)
from visits.collect.outcome import Engagement, Outcome, Refused, Sample
from visits.collect.page import PageKey
from visits.collect.payload import PropertyKey, Revenue
from visits.collect.spool import Spool, SpooledBatch
from visits.models import DrainedSpool, Hit, Refusal, RefusalReason, Visit
from visits.tests.collect.outcomes import NOON, make_new_hit

pytestmark = pytest.mark.django_db(transaction=True)
WRITER = "0123456789abcdef0123456789abcdef"
NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
MARK_IS_OLD = NOW - MARK_LIFE


def take(spool: Spool, max_outcomes: int = 500) -> SpooledBatch:
    batch = spool.oldest(max_outcomes)
    assert batch is not None
    return batch


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool.sqlite3", 1024 * 1024)
    yield opened
    opened.close()


def every_kind(site: Site) -> list[Outcome]:
    rich = make_new_hit(
        site.pk,
        path="/grüße",
        properties=(PropertyKey("plan", "Pro"),),
        revenue=Revenue("EUR", 12_500_000),
        message_id=-(2**63),
        visitor=2**63 - 1,
        visitor_before=-5,
    )
    sample = Sample("example.com", "/", "", "Bot", "192.0.2.0/24")
    return [
        make_new_hit(site.pk),
        rich,
        Engagement(site.pk, NOON, NOON // 86_400, 1, None, PageKey("example.com", "/"), 5, 60, 7),
        Refused(site.pk, RefusalReason.BOT, NOON, sample, "Googlebot", 20_000),
    ]


def test_outcomes_come_out_of_the_spool_as_they_went_in(site: Site, spool: Spool) -> None:
    outcomes = every_kind(site)

    spool.append(outcomes, f"{WRITER} 3")

    assert take(spool) == SpooledBatch(1, outcomes, f"{WRITER} 3")
    assert [type(outcome) for outcome in take(spool).outcomes] == list(map(type, outcomes))


def test_oldest_batches_come_first_and_together(site: Site, spool: Spool) -> None:
    for number in range(3):
        spool.append([make_new_hit(site.pk, seconds=number)] * 2)

    batch = take(spool, max_outcomes=4)

    assert (batch.id, len(batch.outcomes)) == (2, 4)
    spool.remove(batch.id)
    assert take(spool).outcomes[0].at == NOON + 2


def test_batch_is_stored_once_though_its_removal_failed(site: Site) -> None:
    batch = SpooledBatch(5, every_kind(site), "")

    drain_batch("spool", batch)
    drain_batch("spool", batch)

    assert Hit.objects.count() == 2
    assert Refusal.objects.get().count == 1
    assert spool_mark("spool") == 5


def test_batch_whose_commit_held_is_not_stored_again(site: Site) -> None:
    with transaction.atomic():
        write_batch([make_new_hit(site.pk)])
        name = name_transaction(WRITER, 1)

    drain_batch("spool", SpooledBatch(1, [make_new_hit(site.pk)], name))

    assert Hit.objects.count() == 1


def test_batch_whose_commit_was_lost_is_stored(site: Site) -> None:
    with transaction.atomic():
        name = name_transaction(WRITER, 1)
        transaction.set_rollback(True)

    drain_batch("spool", SpooledBatch(1, [make_new_hit(site.pk)], name))

    assert Hit.objects.count() == 1


def test_transaction_is_told_from_those_before_it(db: None) -> None:
    names = []
    for number in (1, 2):
        with transaction.atomic():
            names.append(name_transaction(WRITER, number))

    assert [has_committed(name) for name in (*names, f"{WRITER} 3")] == [True, True, False]


def test_outcomes_of_a_deleted_site_are_dropped_and_the_others_stored(site: Site) -> None:
    owner = get_user_model().objects.get()
    gone = Site.objects.create(owner=owner, name="Gone", domain="gone.example.com")
    batch = SpooledBatch(1, [make_new_hit(gone.pk), make_new_hit(site.pk)], "")
    gone.delete()

    drain_batch("spool", batch)

    assert [hit.site for hit in Hit.objects.all()] == [site]


def test_outcome_that_no_database_takes_does_not_hold_up_the_others(site: Site) -> None:
    hits: list[Outcome] = [
        make_new_hit(site.pk, visitor=2**70),
        make_new_hit(site.pk, path="/good"),
    ]

    drain_batch("spool", SpooledBatch(1, hits, ""))

    assert [hit.page.path for hit in Hit.objects.all()] == ["/good"]
    assert spool_mark("spool") == 1


def test_writer_with_a_memory_sees_what_others_stored_meanwhile(site: Site) -> None:
    memory = Memory(1) if connection.vendor == "sqlite" else None
    write_batch([make_new_hit(site.pk)], memory)
    write_batch([make_new_hit(site.pk, seconds=60, path="/b")])
    write_batch([make_new_hit(site.pk, seconds=120, path="/b")], memory)

    visit = Visit.objects.get()

    assert visit.pageviews == 3
    assert list(Hit.objects.order_by("pk").values_list("is_first_view", flat=True)) == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("moved_at", "removed"), [(MARK_IS_OLD, 1), (MARK_IS_OLD + dt.timedelta(seconds=1), 0)]
)
def test_mark_that_nobody_moved_for_a_month_is_removed(
    db: None, settings: Any, tmp_path: Path, moved_at: dt.datetime, removed: int
) -> None:
    settings.VAR_DIR = tmp_path
    DrainedSpool.objects.create(spool=WRITER, drained_id=5, moved_at=moved_at)

    assert remove_spool_marks(NOW) == removed

    assert DrainedSpool.objects.count() == 1 - removed


def test_marks_that_the_spool_still_needs_stay(
    site: Site, settings: Any, tmp_path: Path, spool: Spool
) -> None:
    settings.VAR_DIR = tmp_path
    spool.append([make_new_hit(site.pk)], f"{WRITER} 7")
    for name in (spool.name(), WRITER, "somebody else"):
        DrainedSpool.objects.create(spool=name, drained_id=7, moved_at=MARK_IS_OLD)

    assert remove_spool_marks(NOW) == 1

    assert set(DrainedSpool.objects.values_list("spool", flat=True)) == {spool.name(), WRITER}


def test_marks_stay_while_the_spool_cannot_be_read(db: None, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "spool.sqlite3").write_text("not a database")
    DrainedSpool.objects.create(spool=WRITER, drained_id=7, moved_at=MARK_IS_OLD)

    assert remove_spool_marks(NOW) == 0


def test_mark_that_moves_begins_anew(site: Site) -> None:
    for name in ("spool", WRITER):
        DrainedSpool.objects.create(spool=name, drained_id=1, moved_at=0)

    drain_batch("spool", SpooledBatch(2, [make_new_hit(site.pk)], ""))
    with transaction.atomic():
        name_transaction(WRITER, 2)

    assert not DrainedSpool.objects.filter(moved_at=0).exists()
