"""The writer's thread: it answers after the commit, stops in order, and one bad outcome stops nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection

from sites.models import Site
from visits.collect import batch
from visits.collect import writer as module
from visits.collect.outcome import Refused
from visits.collect.waiting import NotStored, SiteGone
from visits.collect.writer import Writer
from visits.models import Hit, Refusal, RefusalReason, Visit
from visits.tests.collect.test_stitching import make_hit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer()
    yield writer
    writer.stop()


def test_outcome_is_stored_when_its_sender_is_answered(site: Site, writer: Writer) -> None:
    assert writer.write_blocking(make_hit(site)) is None

    assert Hit.objects.count() == 1


def test_verdict_comes_back(site: Site, writer: Writer) -> None:
    refused = Refused(site.pk, RefusalReason.BOT, 1_780_000_000)
    hit = make_hit(site, message_id=7)

    verdicts = [writer.write_blocking(outcome) for outcome in (refused, hit, hit)]

    assert verdicts == [RefusalReason.BOT, None, RefusalReason.REPEAT]


def test_many_senders_share_commits(
    site: Site, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    original = batch.write_rows

    def count(outcomes: Any, memory: Any) -> Any:
        sizes.append(len(outcomes))
        return original(outcomes, memory)

    monkeypatch.setattr(module, "write_rows", count)
    hits = [make_hit(site, number, visitor=number) for number in range(200)]

    with ThreadPoolExecutor(50) as senders:
        list(senders.map(writer.write_blocking, hits))

    assert sum(sizes) == 200
    assert len(sizes) < 150
    assert Visit.objects.count() == 200


def test_event_loop_is_answered_too(site: Site, writer: Writer) -> None:
    async def send() -> list[Any]:
        hits = [make_hit(site, number, visitor=number) for number in range(20)]
        return await asyncio.gather(*(writer.write(hit) for hit in hits))

    assert asyncio.run(send()) == [None] * 20
    assert Hit.objects.count() == 20


def test_hit_of_a_deleted_site_spoils_nobody_elses(site: Site, writer: Writer) -> None:
    gone = Site.objects.create(owner=site.owner, name="Gone", domain="gone.example")
    hits = [make_hit(gone, visitor=1), make_hit(site, visitor=2)]
    gone.delete()

    async def send() -> list[Any]:
        return await asyncio.gather(*map(writer.write, hits), return_exceptions=True)

    first, second = asyncio.run(send())

    assert isinstance(first, SiteGone)
    assert second is None
    assert Hit.objects.count() == 1


def test_hit_of_a_deleted_site_is_no_error_when_it_comes_alone(site: Site, writer: Writer) -> None:
    gone = Site.objects.create(owner=site.owner, name="Gone", domain="gone.example")
    hit = make_hit(gone)
    gone.delete()

    with pytest.raises(SiteGone):
        asyncio.run(writer.write(hit))


def test_full_queue_refuses_instead_of_growing(
    site: Site, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUEUE_MAX_COUNT", 2)
    is_free = Event()
    original = batch.write_rows

    def wait(outcomes: Any, memory: Any) -> Any:
        is_free.wait(20)
        return original(outcomes, memory)

    monkeypatch.setattr(module, "write_rows", wait)

    async def send() -> list[Any]:
        tasks = []
        for number in range(8):
            tasks.append(asyncio.create_task(writer.write(make_hit(site, visitor=number))))
            await asyncio.sleep(0.02)
        is_free.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = asyncio.run(send())

    assert any(isinstance(answer, NotStored) for answer in answers)
    assert Hit.objects.count() == answers.count(None)


def test_stop_stores_what_waits(site: Site, writer: Writer) -> None:
    async def send() -> list[Any]:
        tasks = [
            asyncio.create_task(writer.write(make_hit(site, visitor=number)))
            for number in range(100)
        ]
        await asyncio.sleep(0)
        await asyncio.to_thread(writer.stop)
        return await asyncio.gather(*tasks)

    assert asyncio.run(send()) == [None] * 100
    assert Hit.objects.count() == 100


def test_thread_outlives_what_goes_wrong_in_it(
    site: Site, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    original = module.WriterThread._work
    failures = iter([True, True])

    def work(thread: Any) -> None:
        if next(failures, False):
            raise OSError
        original(thread)

    monkeypatch.setattr(module.WriterThread, "_work", work)

    assert writer.write_blocking(make_hit(site)) is None


def test_outcome_without_a_sender_is_stored(site: Site, writer: Writer) -> None:
    writer.note(Refused(site.pk, RefusalReason.INVALID, 1_780_000_000))
    writer.stop()

    assert Refusal.objects.get().count == 1


def test_flood_of_refusals_is_added_up(
    site: Site, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    original = batch.write_rows

    def count(outcomes: Any, memory: Any) -> Any:
        sizes.append(len(outcomes))
        return original(outcomes, memory)

    monkeypatch.setattr(module, "write_rows", count)
    for _ in range(5000):
        writer.note(Refused(site.pk, RefusalReason.LIMIT, 1_780_000_000))
    writer.write_blocking(make_hit(site))
    writer.stop()

    assert Refusal.objects.get().count == 5000
    assert sum(sizes) < 500


def test_thread_closes_its_connection(site: Site, writer: Writer) -> None:
    writer.write_blocking(make_hit(site))
    thread = writer.thread
    writer.stop()

    assert thread is not None
    assert not thread.is_alive()
    assert connection.is_usable()
