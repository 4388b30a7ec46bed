"""Brings batches from the spool into the database, each exactly once, whatever ends when.

A mark is a row that says how far something is in the database: a spool's file up to which batch, a
writer up to which of its transactions. It is changed in the transaction that it speaks of. PostgreSQL's
own ids of transactions would not do: one that was lost in a crash is given to another transaction.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from sites.models import Site
from visits.collect.batch import write_batch, write_rows
from visits.collect.outcome import Outcome
from visits.collect.spool import SPOOL_FILE, SpooledBatch
from visits.collect.spool_state import marks_in_use
from visits.models import DrainedSpool

log = structlog.get_logger(__name__)

# What says that the database, not the batch, is at fault.
AWAY = (OperationalError, InterfaceError)
# No machine waits longer for its database, and starts again with hits that nobody has brought in.
MARK_LIFE = dt.timedelta(days=30)


def name_transaction(writer: str, number: int) -> str:
    """Mark the current transaction as this one of a writer's; return the name to ask for it later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO visits_drainedspool (spool, drained_id, moved_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (spool) DO UPDATE"
            " SET drained_id = excluded.drained_id, moved_at = excluded.moved_at",
            [writer, number, int(time.time())],
        )
    return f"{writer} {number}"


def has_committed(name: str) -> bool:
    """Tell whether a named transaction held. While it goes on, its lock is waited for."""
    writer, number = name.split()
    with transaction.atomic():
        return _lock_mark(writer).drained_id >= int(number)


def spool_mark(spool: str) -> int:
    """Return up to which batch a spool's file is in the database."""
    with transaction.atomic():
        return _lock_mark(spool).drained_id


def drain_batch(spool: str, batch: SpooledBatch) -> None:
    """Store a batch, unless it is stored: the spool's mark moves in the same transaction.

    What the database refuses for good is dropped. Raises OperationalError and InterfaceError.
    """
    if batch.transaction_id and has_committed(batch.transaction_id):
        return
    try:
        with transaction.atomic():
            if _move_mark(spool, batch.id):
                write_rows(batch.outcomes, None)
    except AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - one outcome must not hold up all others
        log.warning("spooled_batch_refused", error=type(error).__name__)
        _drain_one_by_one(spool, batch)


def remove_spool_marks(now: dt.datetime) -> int:
    """Remove the marks that did not move for MARK_LIFE; return how many.

    Those that the spool of this machine still needs stay, however old; all do while it cannot be read.
    """
    try:
        used = marks_in_use(settings.VAR_DIR / SPOOL_FILE)
    except (sqlite3.Error, OSError):
        return 0
    old = DrainedSpool.objects.filter(moved_at__lte=now - MARK_LIFE)
    return old.exclude(spool__in=used).delete()[0]


def alive_sites(outcomes: Sequence[Outcome]) -> set[int]:
    """Return the ids of those sites of outcomes that still exist."""
    ids = {outcome.site_id for outcome in outcomes}
    return set(Site.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _drain_one_by_one(spool: str, batch: SpooledBatch) -> None:
    """Store what can be stored of a batch: a site may have been deleted since."""
    alive = alive_sites(batch.outcomes)
    dropped = 0
    with transaction.atomic():
        if not _move_mark(spool, batch.id):
            return
        for outcome in batch.outcomes:
            try:
                if outcome.site_id in alive:
                    write_batch([outcome])
            except AWAY:
                raise
            except Exception:  # noqa: BLE001 - nor one that no line of ours foresaw
                dropped += 1
    if dropped:
        log.error("spooled_outcomes_dropped", count=dropped)


def _move_mark(spool: str, batch_id: int) -> bool:
    """Move a spool's mark to a batch; return False when it is there already."""
    mark = _lock_mark(spool)
    if mark.drained_id >= batch_id:
        return False
    mark.drained_id = batch_id
    mark.moved_at = timezone.now()
    mark.save(update_fields=["drained_id", "moved_at"])
    return True


def _lock_mark(name: str) -> DrainedSpool:
    """Return a mark that nobody else moves before the transaction ends."""
    marks = DrainedSpool.objects.select_for_update()
    mark, _ = marks.get_or_create(spool=name, defaults={"drained_id": 0})
    return mark
