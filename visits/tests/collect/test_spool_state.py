"""What an operator learns about the spool, of real files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from visits.collect.outcome import Refused
from visits.collect.spool import Spool, SpoolFull
from visits.collect.spool_state import SpoolState, spool_state
from visits.models import RefusalReason

MEGABYTE = 1024 * 1024
REFUSED = Refused(1, RefusalReason.BOT, 1_777_000_000)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool.sqlite3", MEGABYTE)
    yield opened
    opened.close()


def state_of(spool: Spool) -> SpoolState:
    return spool_state(spool.path, spool.max_bytes)


def test_spool_that_was_never_needed_is_empty_and_gets_no_file(spool: Spool) -> None:
    assert state_of(spool) is SpoolState.EMPTY

    assert not spool.path.exists()


def test_spool_with_something_in_it_is_holding(spool: Spool) -> None:
    spool.append([REFUSED])

    assert state_of(spool) is SpoolState.HOLDING


def test_drained_spool_is_empty(spool: Spool) -> None:
    spool.append([REFUSED] * 5_000)

    spool.remove(1)

    assert state_of(spool) is SpoolState.EMPTY


def test_spool_is_full_before_it_refuses_a_large_batch(spool: Spool) -> None:
    with suppress(SpoolFull):
        for _ in range(100):
            spool.append([REFUSED] * 500)

    assert state_of(spool) is SpoolState.FULL


def test_spool_is_full_when_its_disk_is(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=4096))

    assert state_of(spool) is SpoolState.FULL


def test_file_without_content_is_an_empty_spool(spool: Spool) -> None:
    spool.path.touch()

    assert state_of(spool) is SpoolState.EMPTY


def test_damaged_spool_is_unreadable(spool: Spool) -> None:
    spool.path.write_bytes(b"this is no database " * 500)

    assert state_of(spool) is SpoolState.UNREADABLE


def test_folder_in_place_of_the_spool_is_unreadable(spool: Spool) -> None:
    spool.path.mkdir()

    assert state_of(spool) is SpoolState.UNREADABLE


def test_state_is_told_while_another_process_writes(spool: Spool) -> None:
    spool.append([REFUSED])
    other: Any = Spool(spool.path, spool.max_bytes)
    other._open().execute("BEGIN IMMEDIATE")

    assert state_of(spool) is SpoolState.HOLDING

    other.close()
