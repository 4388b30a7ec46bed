"""What an operator has to know of the spool: whether hits wait in it, and whether more can."""

from __future__ import annotations

import enum
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from visits.collect.spool import PAGE_BYTES

# A large batch, 500 hits of a kilobyte. Where it does not fit any more, the next one may be refused.
BATCH_BYTES = 512 * 1024
# Readers of the file never wait for its writers, apart from a moment after a crash.
LOCK_SECONDS = 1


class SpoolState(enum.Enum):
    """UNREADABLE is a file that is damaged or closed to this process; what waits in it stays there."""

    EMPTY = "empty"
    HOLDING = "holding"
    FULL = "full"
    UNREADABLE = "unreadable"


def spool_state(path: Path, max_bytes: int) -> SpoolState:
    """Return the state of the spool in a file of at most `max_bytes`; without a file it is empty.

    It is full, too, when the disk has no room for a large batch. Nothing is written, and a file that
    does not exist is not made. Never raises.
    """
    try:
        # Without content it is a file that somebody was about to make.
        waits, used_bytes = _look(path) if _is_made(path) else (False, 0)
        room_bytes = min(max_bytes - used_bytes, shutil.disk_usage(path.parent).free)
    except (sqlite3.Error, OSError):
        return SpoolState.UNREADABLE
    if room_bytes < BATCH_BYTES:
        return SpoolState.FULL
    return SpoolState.HOLDING if waits else SpoolState.EMPTY


def spool_batches(path: Path) -> tuple[int, int]:
    """Return how many batches wait in the spool, and how many bytes the file takes. Never raises.

    Batches are taken out in their order, so their first and last number tell how many there are; without
    a file, or with one that cannot be read, there are none.
    """
    try:
        return _count(path) if _is_made(path) else (0, 0)
    except (sqlite3.Error, OSError):
        return 0, 0


def _count(path: Path) -> tuple[int, int]:
    with closing(_connect(path)) as connection:
        [batches] = connection.execute(
            "SELECT coalesce((SELECT max(id) FROM batch) - (SELECT min(id) FROM batch) + 1, 0)"
        ).fetchone()
    return batches, path.stat().st_size


def marks_in_use(path: Path) -> set[str]:
    """Return what the spool in a file calls itself, and the writers whose transactions it asks for.

    The database keeps a mark under each of these names. Raises sqlite3.Error and OSError when the file
    cannot be read; without a file there are none.
    """
    if not _is_made(path):
        return set()
    with closing(_connect(path)) as connection:
        names = connection.execute("SELECT name FROM spool").fetchall()
        asked = connection.execute(
            "SELECT DISTINCT transaction_id FROM batch WHERE transaction_id <> ''"
        ).fetchall()
    return {name for [name] in names} | {transaction.split()[0] for [transaction] in asked}


def _is_made(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _look(path: Path) -> tuple[bool, int]:
    """Return whether something waits in the file, and how many bytes it takes."""
    with closing(_connect(path)) as connection:
        waits = connection.execute("SELECT 1 FROM batch LIMIT 1").fetchone() is not None
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        return waits, pages * PAGE_BYTES


def _connect(path: Path) -> sqlite3.Connection:
    # rw: SQLite may recover a journal, but makes no file.
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=LOCK_SECONDS)
