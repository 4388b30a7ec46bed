"""Where outcomes wait, on local disk, while the database is away: one bounded SQLite file.

What is in it is as durable as the database: each append is on disk before it returns. All processes of a
machine share the file; one of them at a time empties it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import structlog

from visits.collect.browser import ClientKey
from visits.collect.outcome import Engagement, NewHit, Outcome, Refused, Sample, SourceKey
from visits.collect.page import CampaignKey, PageKey
from visits.collect.payload import PropertyKey, Revenue
from visits.collect.place import LocationKey
from visits.models import HitKind, RefusalReason
from visits.models.dimension import Channel

log = structlog.get_logger(__name__)

# In VAR_DIR.
SPOOL_FILE = "spool.sqlite3"
PAGE_BYTES = 4096
LOCK_SECONDS = 5
# Full vacuum: space that is free again goes back to the disk. Secure delete: what waited in here is
# overwritten, not only forgotten. FULL: an append survives a power failure.
SETTINGS = (
    "PRAGMA auto_vacuum=FULL",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
)
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS spool (name TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS batch (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " outcomes TEXT NOT NULL, transaction_id TEXT NOT NULL)",
    # What no version of ours can read; it must not hold up what waits behind it.
    "CREATE TABLE IF NOT EXISTS unreadable (id INTEGER PRIMARY KEY, outcomes TEXT NOT NULL)",
)
KINDS: dict[str, type[NewHit] | type[Engagement] | type[Refused]] = {
    "hit": NewHit,
    "engagement": Engagement,
    "refused": Refused,
}


class SpoolFull(Exception):
    """The outcomes could not be put on disk: there is no room for them, or the disk fails."""


class SpooledBatch(NamedTuple):
    """Outcomes in their order. `transaction_id` names a transaction that may have stored them."""

    id: int
    outcomes: list[Outcome]
    transaction_id: str


class Spool:
    """A queue of batches in a file that is made when it is first needed."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self.max_bytes = max_bytes
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def is_empty(self) -> bool:
        """Tell whether nothing waits. A file that cannot be read counts as empty."""
        if self._connection is None and not self.path.exists():
            return True
        try:
            row = self._open().execute("SELECT 1 FROM batch LIMIT 1").fetchone()
        except sqlite3.Error:
            self.close()
            return True
        return row is None

    def has_more_than(self, count: int) -> bool:
        """Tell whether more batches than these wait, without counting all of them."""
        try:
            rows = self._open().execute("SELECT 1 FROM batch LIMIT 1 OFFSET ?", [count])
            return rows.fetchone() is not None
        except sqlite3.Error:
            self.close()
            return False

    def name(self) -> str:
        """Return what the database knows this file by."""
        row = self._open().execute("SELECT name FROM spool").fetchone()
        return str(row[0])

    def append(self, outcomes: Sequence[Outcome], transaction_id: str = "") -> None:
        """Put a batch on disk; when this returns, it is there. Raises SpoolFull."""
        text = json.dumps([_encode(outcome) for outcome in outcomes])
        try:
            self._open().execute(
                "INSERT INTO batch (outcomes, transaction_id) VALUES (?, ?)",
                [text, transaction_id],
            )
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise SpoolFull from error

    def oldest(self, max_outcomes: int) -> SpooledBatch | None:
        """Return the oldest outcomes, of several batches as long as they are few; None when empty.

        A batch that may have been stored already is returned by itself. One that cannot be read is put
        aside.
        """
        outcomes: list[Outcome] = []
        last_id = 0
        rows = self._open().execute("SELECT id, outcomes, transaction_id FROM batch ORDER BY id")
        for batch_id, text, transaction_id in rows:
            try:
                spooled = [_decode(item) for item in json.loads(text)]
            except (ValueError, TypeError, LookupError):
                self._put_aside(batch_id, text)
                continue
            if outcomes and (transaction_id or len(outcomes) + len(spooled) > max_outcomes):
                break
            last_id = batch_id
            outcomes += spooled
            if transaction_id:
                return SpooledBatch(last_id, outcomes, transaction_id)
        return SpooledBatch(last_id, outcomes, "") if outcomes else None

    def remove(self, up_to: int) -> None:
        """Drop the batches up to an id: they are in the database."""
        self._open().execute("DELETE FROM batch WHERE id <= ?", [up_to])

    @contextmanager
    def draining(self) -> Iterator[bool]:
        """Hold the right to empty the file; gives False while it cannot be had.

        Mostly because another process has it; but a server that has no file left to open must not end
        its writer either.
        """
        lock = self._lock()
        try:
            yield lock is not None
        finally:
            if lock is not None:
                lock.close()

    def _lock(self) -> IO[str] | None:
        lock = None
        try:
            lock = self.path.with_suffix(".lock").open("w")
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if lock is not None:
                lock.close()
            return None
        return lock

    def _put_aside(self, batch_id: int, text: str) -> None:
        log.error("spooled_batch_unreadable", batch=batch_id)
        connection = self._open()
        # In this order it takes no more room.
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            connection.execute("DELETE FROM batch WHERE id = ?", [batch_id])
            connection.execute("INSERT INTO unreadable VALUES (?, ?)", [batch_id, text])

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        # A connection must not be carried over a fork.
        if self._connection is None or self._process != os.getpid():
            self._connection = self._connect()
            self._process = os.getpid()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        for statement in (*SETTINGS, *SCHEMA):
            connection.execute(statement)
        connection.execute(f"PRAGMA max_page_count={max(8, self.max_bytes // PAGE_BYTES)}")
        connection.execute(
            "INSERT INTO spool SELECT ? WHERE NOT EXISTS (SELECT 1 FROM spool)",
            [secrets.token_hex(16)],
        )
        return connection


def _encode(outcome: Outcome) -> list[Any]:
    kind = next(name for name, kind in KINDS.items() if isinstance(outcome, kind))
    return [kind, *outcome]


def _decode(item: list[Any]) -> Outcome:
    """Return an outcome from its JSON, in which every tuple has become a list.

    An older version may have written it: what it did not know of yet are the last fields.
    """
    kind, *values = item
    fields = dict(zip(KINDS[kind]._fields[: len(values)], values, strict=True))
    if kind == "refused":
        sample = fields["sample"]
        fields |= {
            "reason": RefusalReason(fields["reason"]),
            "sample": None if sample is None else Sample(*sample),
        }
        return Refused(**fields)
    fields["page"] = PageKey(*fields["page"])
    if kind == "engagement":
        return Engagement(**fields)
    name, channel, referrer = fields["source"]
    fields |= {
        "kind": HitKind(fields["kind"]),
        "source": SourceKey(name, Channel(channel), referrer),
        "client": ClientKey(*fields["client"]),
        "location": LocationKey(*fields["location"]),
        "campaign": CampaignKey(*fields["campaign"]),
        "properties": tuple(PropertyKey(*entry) for entry in fields["properties"]),
        "revenue": None if fields["revenue"] is None else Revenue(*fields["revenue"]),
    }
    return NewHit(**fields)
