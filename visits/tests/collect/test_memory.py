"""What a writer remembers of visitors: with and without it, the tables are the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from sites.models import Site
from visits.collect import batch, stitching
from visits.collect.batch import Memory, write_batch
from visits.collect.tables import tables
from visits.models import Hit, Visit
from visits.tests.collect.test_stitching import make_hit

pytestmark = pytest.mark.skipif(not tables().has_memory, reason="only SQLite has one writer")


def facts() -> list[Any]:
    """Return what does not depend on where the ids begin."""
    first = Visit.objects.order_by("pk")[0].pk
    return [
        [
            (visit.visitor - first, visit.pageviews, visit.events, visit.duration_seconds)
            for visit in Visit.objects.order_by("pk")
        ],
        list(Hit.objects.order_by("pk").values_list("at", "is_first_view")),
    ]


def stream(site: Site) -> list[Any]:
    """Return hits of two visitors with pauses, pages again, and an event."""
    hits = []
    for minute, path in enumerate(("/a", "/b", "/a", "/c", "/b", "/a")):
        for visitor in (1, 2):
            hits.append(make_hit(site, minute * 25 * visitor, path, visitor=visitor))
    return [*hits, make_hit(site, 200, "/d", visitor=1, event="Signup")]


@pytest.mark.parametrize("views_remembered", [300, 1])
def test_remembered_visitors_make_the_same_facts(
    site: Site, monkeypatch: pytest.MonkeyPatch, views_remembered: int
) -> None:
    monkeypatch.setattr(stitching, "VIEWS_REMEMBERED", views_remembered)
    written = []

    for memory in (None, Memory(1)):
        with transaction.atomic():
            for hit in stream(site):
                write_batch([hit], memory)
            written.append(facts())
            transaction.set_rollback(True)

    assert written[0] == written[1]


def test_known_visitor_costs_no_look(site: Site, django_assert_max_num_queries: Any) -> None:
    memory = Memory(1)
    write_batch([make_hit(site, 0)], memory)

    with django_assert_max_num_queries(30) as queries:
        write_batch([make_hit(site, 1)], memory)

    assert not any("visits_openvisit" in query["sql"] for query in queries)


def test_writer_forgets_when_another_one_wrote(site: Site) -> None:
    memory = Memory(1)
    write_batch([make_hit(site, 0, "/a")], memory)
    write_batch([make_hit(site, 10, "/b")], Memory(2))

    write_batch([make_hit(site, 20, "/b")], memory)

    assert Visit.objects.get().pageviews == 3
    flags = list(Hit.objects.order_by("pk").values_list("is_first_view", flat=True))
    assert flags == [True, True, False]


def test_import_beside_the_server_is_noticed(site: Site) -> None:
    memory = Memory(1)
    write_batch([make_hit(site, 0)], memory)
    write_batch([make_hit(site, 20)])

    write_batch([make_hit(site, 40)], memory)

    assert Visit.objects.get().pageviews == 3


@pytest.mark.django_db(transaction=True)
def test_batch_that_fails_leaves_no_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(1)
    write_batch([make_hit(site, 0)], memory)

    def fail(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(batch, "_save", fail)
        with pytest.raises(RuntimeError):
            write_batch([make_hit(site, 5)], memory)
    write_batch([make_hit(site, 10)], memory)

    assert Visit.objects.get().pageviews == 2


def test_memory_holds_so_many_visitors_and_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "VISITORS_REMEMBERED", 3)
    memory = Memory(1)

    for visitor in range(10):
        write_batch([make_hit(site, visitor, visitor=visitor)], memory)
    write_batch([make_hit(site, 10, visitor=0)], memory)

    assert len(memory.visitors) == 3
    assert Visit.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_batch_takes_as_many_statements_as_one_hit(site: Site) -> None:
    """Counted by SQLite itself: also those that do not go through Django."""
    statements: list[str] = []
    memory = Memory(1)
    write_batch([make_hit(site, visitor=number) for number in range(64)], memory)
    connection.connection.set_trace_callback(statements.append)
    counts = []
    try:
        for size in (1, 64):
            statements.clear()
            hits = [make_hit(site, 1, visitor=1000 * size + n) for n in range(size)]
            hits += [make_hit(site, 1, visitor=n) for n in range(size)]
            write_batch(hits, memory)
            counts.append(len(statements))
    finally:
        connection.connection.set_trace_callback(None)

    assert counts[0] == counts[1] == 10, statements
