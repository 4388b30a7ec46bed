"""How the database grows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from visits.service import storage as room
from visits.service.storage import database_bytes, storage

MB = 1024**2


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch, settings: Any, db: None) -> None:
    """A database of 110 MB, of which 10 are free again, on a disk with 40 free MB."""
    settings.IS_SQLITE = True
    monkeypatch.setattr(room, "database_bytes", lambda: (100 * MB, 110 * MB))
    usage = type("Usage", (), {"free": 40 * MB})
    monkeypatch.setattr("visits.service.storage.shutil.disk_usage", lambda folder: usage)


def test_a_day_adds_what_its_hits_take(sizes: None) -> None:
    found = storage(kept_hits=100_000, hits_per_day=500)

    assert found.growth_bytes == MB / 2
    assert found.forecast_bytes == 145 * MB
    # What is free in the file and on the disk.
    assert found.days_left == 100


def test_another_disk_is_not_filled(sizes: None, settings: Any) -> None:
    settings.IS_SQLITE = False

    assert storage(kept_hits=100_000, hits_per_day=500).days_left is None


def test_without_growth_the_disk_is_never_full(sizes: None) -> None:
    assert storage(kept_hits=100_000, hits_per_day=0).days_left is None


def test_few_hits_make_no_forecast(sizes: None) -> None:
    found = storage(kept_hits=9_999, hits_per_day=500)

    assert (found.growth_bytes, found.forecast_bytes, found.days_left) == (None, None, None)


def test_database_tells_its_size(db: None) -> None:
    used, size = database_bytes()

    assert 0 < used <= size
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ballast AS SELECT %s AS text", ["x" * MB])
    assert database_bytes()[1] > size
