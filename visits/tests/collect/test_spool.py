"""The spool's file: what waits in it comes out, whatever is wrong with a part of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from visits.collect.outcome import Engagement
from visits.collect.page import PageKey
from visits.collect.spool import Spool
from visits.tests.collect.outcomes import NOON, make_new_hit


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool.sqlite3", 1024 * 1024)
    yield opened
    opened.close()


def rows(spool: Spool, table: str) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(spool.path)) as connection:
        return connection.execute(f"SELECT id, outcomes FROM {table}").fetchall()


@pytest.mark.parametrize(
    "text", ['[["hit", 1]]', '[["unheard-of", 1]]', "[[]]", "[7]", "7", '[["hit', ""]
)
def test_batch_that_cannot_be_read_is_kept_and_holds_up_no_other(spool: Spool, text: str) -> None:
    for number in range(3):
        spool.append([make_new_hit(1, seconds=number)])
    with closing(sqlite3.connect(spool.path)) as connection:
        connection.execute("UPDATE batch SET outcomes = ? WHERE id = 2", [text])
        connection.commit()

    batch = spool.oldest(500)

    assert batch is not None
    assert [outcome.at - NOON for outcome in batch.outcomes] == [0, 2]
    assert rows(spool, "unreadable") == [(2, text)]
    spool.remove(batch.id)
    assert spool.is_empty()


def test_spool_of_unreadable_batches_alone_is_empty_afterwards(spool: Spool) -> None:
    spool.append([make_new_hit(1)])
    with closing(sqlite3.connect(spool.path)) as connection:
        connection.execute("UPDATE batch SET outcomes = ''")
        connection.commit()

    assert spool.oldest(500) is None
    assert spool.is_empty()


def test_one_at_a_time_empties_the_file(spool: Spool) -> None:
    other = Spool(spool.path, spool.max_bytes)

    with spool.draining() as is_ours, other.draining() as is_theirs:
        assert (is_ours, is_theirs) == (True, False)
    with other.draining() as is_theirs:
        assert is_theirs


def test_lock_that_cannot_be_opened_is_somebody_elses(spool: Spool) -> None:
    spool.path.with_suffix(".lock").mkdir()

    with spool.draining() as is_ours:
        assert not is_ours


def test_batch_of_a_version_that_knew_less_is_read(spool: Spool) -> None:
    hit = make_new_hit(1)
    engagement = Engagement(1, 0, 0, 1, None, PageKey("example.com", "/"), 5, 60)
    spool.append([hit, engagement])
    with sqlite3.connect(spool.path) as file:
        [text] = file.execute("SELECT outcomes FROM batch").fetchone()
        shortened = json.dumps([outcome[:-1] for outcome in json.loads(text)])
        file.execute("UPDATE batch SET outcomes = ?", [shortened])

    batch = spool.oldest(500)

    assert batch is not None
    assert batch.outcomes == [hit, engagement]
