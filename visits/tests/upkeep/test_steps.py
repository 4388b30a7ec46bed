"""Many rows go a few at a time, so that nobody waits for long."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sites.models import Site
from visits.models import MessageId
from visits.upkeep import steps

NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Steps of two rows; the pauses between them are noted here and not made."""
    noted: list[float] = []
    monkeypatch.setattr(steps, "STEP_ROWS", 2)
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", noted.append)
    return noted


class Clock:
    """A clock that the steps of a test move on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(round(self.now, 3))
        self.now += seconds

    def steps(self, count: int, *, rows: int, seconds: float) -> Iterator[Counter[str]]:
        for _ in range(count):
            self.now += seconds
            yield Counter(hits=rows)


@pytest.mark.parametrize(
    ("rows", "seconds", "pauses"),
    [
        # Steps of many rows, and slow ones.
        (2_000, 0.01, [0.01, 0.07, 0.13, 0.19]),
        (1, 0.09, [0.09, 0.23, 0.37, 0.51]),
        # Small days, by their rows and by their time.
        (500, 0.01, [0.04]),
        (1, 0.02, [0.06]),
        (1, 0.01, []),
    ],
)
def test_short_steps_share_a_pause(
    monkeypatch: pytest.MonkeyPatch, rows: int, seconds: float, pauses: list[float]
) -> None:
    clock = Clock()
    monkeypatch.setattr(steps, "time", clock)

    total = steps.take_steps(clock.steps(4, rows=rows, seconds=seconds))

    assert total == {"hits": 4 * rows}
    assert clock.pauses == pauses


def test_no_step_begins_after_the_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(steps, "time", clock)

    total = steps.take_steps(clock.steps(100, rows=1, seconds=0.02), seconds=0.16)

    assert total == {"hits": 6}


def make_message_ids(site: Site, count: int) -> None:
    MessageId.objects.bulk_create(
        MessageId(site=site, digest=number, at=NOON) for number in range(count)
    )


@pytest.mark.parametrize(("count", "pauses_made"), [(0, 0), (1, 0), (2, 1), (5, 2)])
def test_all_rows_go_with_a_pause_after_each_full_step(
    site: Site, pauses: list[float], count: int, pauses_made: int
) -> None:
    make_message_ids(site, count)

    assert steps.delete_in_steps(MessageId.objects.all()) == count

    assert not MessageId.objects.exists()
    assert len(pauses) == pauses_made


def test_other_rows_stay(site: Site, pauses: list[float]) -> None:
    make_message_ids(site, 5)

    assert steps.delete_in_steps(MessageId.objects.filter(digest__lt=3)) == 3

    assert list(MessageId.objects.values_list("digest", flat=True)) == [3, 4]


def test_step_is_one_statement_and_loads_no_rows(site: Site, pauses: list[float]) -> None:
    make_message_ids(site, 1)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        steps.delete_in_steps(MessageId.objects.order_by("at"))

    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    # The last one finds nothing.
    assert len(statements) == 2
    assert all(sql.startswith("DELETE FROM") and "LIMIT 2" in sql for sql in statements)
