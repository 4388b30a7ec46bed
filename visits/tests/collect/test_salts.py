"""The salts that a process knows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError

from visits.collect.salts import DAYS_REMEMBERED, KNOWN_SECONDS, KnownSalts
from visits.models import Salt

DAY = dt.date(2026, 5, 4)


def test_first_question_makes_the_salt_and_all_processes_share_it(db: None) -> None:
    salt = KnownSalts().get_or_make(DAY)

    assert len(salt) == 32
    assert KnownSalts().get_or_make(DAY) == salt
    assert Salt.objects.count() == 1


def test_asking_for_a_past_salt_makes_none(db: None) -> None:
    assert KnownSalts().get(DAY) is None
    assert not Salt.objects.exists()


def test_destroyed_salt_is_forgotten_after_ten_minutes(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("visits.collect.salts.time.monotonic", lambda: clock[0])
    known = KnownSalts()
    salt = known.get_or_make(DAY)
    Salt.objects.all().delete()

    clock[0] += KNOWN_SECONDS - 1
    with django_assert_num_queries(0):
        assert known.get(DAY) == salt

    clock[0] += 1
    assert known.get(DAY) is None


def test_database_that_is_away_is_asked_for_a_salt_once_in_a_while(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("visits.collect.salts.time.monotonic", lambda: clock[0])
    known = KnownSalts()
    salt = known.get_or_make(DAY)
    asked: list[Any] = []

    def fail(**fields: Any) -> Any:
        asked.append(fields)
        raise OperationalError

    monkeypatch.setattr(Salt.objects, "filter", fail)
    clock[0] += KNOWN_SECONDS

    assert [known.get(DAY), known.get(DAY)] == [salt, salt]
    assert len(asked) == 1


def test_salts_that_nobody_asks_for_are_read_with_the_others(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("visits.collect.salts.time.monotonic", lambda: clock[0])
    known = KnownSalts()
    known.get_or_make(DAY)
    Salt.objects.all().delete()
    clock[0] += KNOWN_SECONDS - 1

    with django_assert_num_queries(1):
        known.get(DAY + dt.timedelta(days=1))

    assert known.values[DAY] is None


def test_memory_of_salts_is_bounded(db: None) -> None:
    known = KnownSalts()
    for number in range(100):
        known.get(DAY + dt.timedelta(days=number))

    assert len(known.values) == DAYS_REMEMBERED
