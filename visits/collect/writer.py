"""The writer: one thread of a process that stores what arrives, a batch at a time.

While a batch is being committed the next one gathers; so each is as large as the load asks for. Who
waits for an outcome is answered after its commit. While the database is away, batches go to the spool.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Sequence
from concurrent import futures
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from sites.models import Site
from visits.collect.batch import Memory, write_batch, write_rows
from visits.collect.outcome import Outcome, Refused, Verdict
from visits.collect.spool import Spool, SpooledBatch, SpoolFull
from visits.collect.tables import tables
from visits.models import DrainedSpool

log = structlog.get_logger(__name__)

QUEUE_MAX_COUNT = 10_000
# PostgreSQL's table of locks holds some 6,000 by default, and a hit takes two.
BATCH_MAX_COUNT = 500
# Nobody waits longer for a database that somebody else has locked: the spool is quicker.
LOCKED_SECONDS = 1
# Today's pages are changed again and again: held in memory, and copied from the journal into the
# database every 32 MB instead of every 4, they cost a third less.
SQLITE_SETTINGS = (
    f"busy_timeout={LOCKED_SECONDS * 1000}",
    "cache_size=-32768",
    "wal_autocheckpoint=8000",
)
RETRY_SECONDS = 1.0
STOP_SECONDS = 10
# Longer than a lock, a commit and an append can take together.
BLOCKING_SECONDS = 30
AWAY = (OperationalError, InterfaceError)


class NotStored(Exception):
    """An outcome could not be stored and should be sent again later."""


class SiteGone(Exception):
    """The site was deleted while its outcome waited."""


Result = Verdict | Exception


class Waiting(NamedTuple):
    outcome: Outcome
    waiter: asyncio.Future[Verdict] | futures.Future[Verdict] | None


class UncertainCommit(Exception):
    """The connection was lost during the commit; the server knows whether it held."""

    def __init__(self, transaction_id: str) -> None:
        super().__init__(transaction_id)
        self.transaction_id = transaction_id


class Writer:
    """The queue in front of the writer's thread, which starts with the first outcome."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.thread: Thread | None = None
        self.process = 0
        self.is_stopping = False
        self._starting = Lock()

    async def write(self, outcome: Outcome) -> Verdict:
        """Return why an outcome was not counted, None when it was, once it is stored.

        Raises NotStored and SiteGone.
        """
        waiter = asyncio.get_running_loop().create_future()
        self._put(Waiting(outcome, waiter))
        verdict: Verdict = await waiter
        return verdict

    def write_blocking(self, outcome: Outcome) -> Verdict:
        """The same for a thread that may wait. Inside a transaction the outcome becomes part of it."""
        if connection.in_atomic_block:
            return write_batch([outcome])[0]
        waiter: futures.Future[Verdict] = futures.Future()
        self._put(Waiting(outcome, waiter))
        try:
            return waiter.result(BLOCKING_SECONDS)
        except futures.TimeoutError as error:
            raise NotStored from error

    def note(self, outcome: Outcome) -> None:
        """Store an outcome for whose commit nobody waits: a refusal that was answered with an error."""
        if connection.in_atomic_block:
            write_batch([outcome])
            return
        try:
            self._put(Waiting(outcome, None))
        except NotStored:
            log.warning("refusal_not_counted")

    def stop(self) -> None:
        """Store what is waiting, then end the thread. A later outcome starts it anew."""
        if self.thread is None or self.process != os.getpid():
            return
        self.is_stopping = True
        self.queue.put(None)
        self.thread.join(STOP_SECONDS)
        self.thread, self.is_stopping = None, False

    def _put(self, waiting: Waiting) -> None:
        if self.thread is None or self.process != os.getpid():
            self._start()
        if self.is_stopping or self.queue.qsize() >= QUEUE_MAX_COUNT:
            raise NotStored
        self.queue.put(waiting)

    def _start(self) -> None:
        with self._starting:
            if self.thread is not None and self.process == os.getpid():
                return  # another thread was faster
            self.queue = SimpleQueue()
            self.process = os.getpid()
            self.thread = Thread(target=WriterThread(self.queue).run, name="writer", daemon=True)
            self.thread.start()


class WriterThread:
    """What the thread does: take a batch, store it, answer; and bring back what was spooled."""

    def __init__(self, queue: SimpleQueue[Waiting | None]) -> None:
        self.queue = queue
        self.spool = open_spool()
        # Without the sign: both databases' integers end at 63 bits.
        self.memory = Memory(secrets.randbits(63)) if tables().has_memory else None
        self.retry_at = 0.0

    def run(self) -> None:
        is_running = True
        while is_running:
            is_spooling = not self.spool.is_empty()
            batch, is_running = self._take(RETRY_SECONDS if is_spooling else None)
            if batch:
                _settle(batch, self._store([waiting.outcome for waiting in batch]))
            if is_spooling and time.monotonic() >= self.retry_at:
                self._drain()
        connection.close()
        self.spool.close()

    def _take(self, timeout: float | None) -> tuple[list[Waiting], bool]:
        """Return all that is waiting, and False once the queue has ended."""
        try:
            first = self.queue.get(timeout=timeout)
        except Empty:
            return [], True
        batch: list[Waiting] = []
        while first is not None:
            batch.append(first)
            if len(batch) == BATCH_MAX_COUNT or self.queue.empty():
                return batch, True
            first = self.queue.get()
        return batch, False

    def _store(self, outcomes: list[Outcome]) -> Sequence[Result]:
        """Store a batch and return what became of each outcome. Never raises."""
        try:
            if not self.spool.is_empty():
                return self._to_spool(outcomes)
            return self._write(outcomes)
        except UncertainCommit as error:
            return self._to_spool(outcomes, error.transaction_id)
        except AWAY as error:
            log.warning("database_away", error=type(error).__name__)
            return self._to_spool(outcomes)
        except DatabaseError:
            return self._write_one_by_one(outcomes)
        except Exception as error:
            # Whatever it is, it must not end the thread.
            log.exception("unhandled_error_in_writer")
            return [error] * len(outcomes)

    def _write(self, outcomes: Sequence[Outcome]) -> list[Verdict]:
        _prepare_connection()
        written = None
        try:
            with transaction.atomic():
                written = write_rows(outcomes, self.memory)
        except BaseException as error:
            if self.memory is not None:
                self.memory.forget()
            if isinstance(error, AWAY):
                _close_connection()
                if written is not None and written.transaction_id:
                    raise UncertainCommit(written.transaction_id) from error
            raise
        return written.verdicts

    def _write_one_by_one(self, outcomes: Sequence[Outcome]) -> list[Result]:
        """Store a batch that was refused as a whole because of some of its outcomes."""
        alive = _alive_sites(outcomes)
        return [
            self._write_alone(outcome) if outcome.site_id in alive else SiteGone()
            for outcome in outcomes
        ]

    def _write_alone(self, outcome: Outcome) -> Result:
        try:
            return self._write([outcome])[0]
        except (DatabaseError, UncertainCommit) as error:
            log.error("outcome_not_stored", error=type(error).__name__)
            return NotStored()

    def _to_spool(self, outcomes: list[Outcome], transaction_id: str = "") -> Sequence[Result]:
        self.retry_at = time.monotonic() + RETRY_SECONDS
        try:
            self.spool.append(outcomes, transaction_id)
        except SpoolFull as error:
            log.error("outcomes_not_stored", count=len(outcomes), error=repr(error.__cause__))
            return [NotStored()] * len(outcomes)
        return [outcome.reason if isinstance(outcome, Refused) else None for outcome in outcomes]

    def _drain(self) -> None:
        """Bring spooled batches into the database, the oldest first, until it is away or all are there."""
        try:
            with self.spool.draining() as is_ours:
                if is_ours:
                    self._drain_all()
        except (*AWAY, UncertainCommit) as error:
            _close_connection()
            log.info("database_still_away", error=type(error).__name__)
        except Exception:
            log.exception("spool_not_drained")
        self.retry_at = time.monotonic() + RETRY_SECONDS

    def _drain_all(self) -> None:
        _prepare_connection()
        name = self.spool.name()
        mark = DrainedSpool.objects.filter(spool=name).first()
        if mark is not None:
            # Stored by a process that ended before it could take them out.
            self.spool.remove(mark.drained_id)
        while (batch := self.spool.oldest(BATCH_MAX_COUNT)) is not None:
            if not (batch.transaction_id and _has_committed(batch.transaction_id)):
                self._drain_batch(name, batch)
            self.spool.remove(batch.id)
            if not self.spool.is_empty():
                self._append_waiting()
        log.info("spool_drained")

    def _drain_batch(self, name: str, batch: SpooledBatch) -> None:
        """Store a spooled batch exactly once: how far the file is drained is part of the transaction."""
        try:
            with transaction.atomic():
                write_rows(batch.outcomes, None)
                _mark_drained(name, batch)
        except AWAY:
            raise
        except DatabaseError:
            self._drain_one_by_one(name, batch)

    def _drain_one_by_one(self, name: str, batch: SpooledBatch) -> None:
        """Store what can be stored of a batch: a site may have been deleted since."""
        alive = _alive_sites(batch.outcomes)
        dropped = 0
        with transaction.atomic():
            for outcome in batch.outcomes:
                try:
                    if outcome.site_id in alive:
                        write_batch([outcome])
                except AWAY:
                    raise
                except DatabaseError:
                    dropped += 1
            _mark_drained(name, batch)
        if dropped:
            log.error("spooled_outcomes_dropped", count=dropped)

    def _append_waiting(self) -> None:
        """Put what has arrived meanwhile behind what waits: order is kept, and nobody waits for long."""
        if self.queue.empty():
            return
        waiting, is_running = self._take(None)
        if not is_running:
            self.queue.put(None)
        _settle(waiting, self._to_spool([entry.outcome for entry in waiting]))


def _alive_sites(outcomes: Sequence[Outcome]) -> set[int]:
    ids = {outcome.site_id for outcome in outcomes}
    return set(Site.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _mark_drained(name: str, batch: SpooledBatch) -> None:
    DrainedSpool.objects.update_or_create(spool=name, defaults={"drained_id": batch.id})


def open_spool() -> Spool:
    """Return the spool of this installation."""
    return Spool(settings.VAR_DIR / "spool.sqlite3", settings.SPOOL_MAX_MB * 1024 * 1024)


def _settle(batch: Sequence[Waiting], results: Sequence[Result]) -> None:
    """Tell all who wait; the event loop is woken once a batch."""
    in_loop: list[tuple[asyncio.Future[Verdict], Result]] = []
    for waiting, result in zip(batch, results, strict=True):
        waiter = waiting.waiter
        if isinstance(waiter, asyncio.Future):
            in_loop.append((waiter, result))
        elif waiter is not None:
            _set(waiter, result)
    if in_loop:
        try:
            in_loop[0][0].get_loop().call_soon_threadsafe(_settle_in_loop, in_loop)
        except RuntimeError:
            # The loop has ended: nobody is there any more.
            log.warning("answers_not_sent", count=len(in_loop))


def _settle_in_loop(pairs: Sequence[tuple[asyncio.Future[Verdict], Result]]) -> None:
    for waiter, result in pairs:
        if not waiter.done():
            _set(waiter, result)


def _set(waiter: asyncio.Future[Verdict] | futures.Future[Verdict], result: Result) -> None:
    if isinstance(result, Exception):
        waiter.set_exception(result)
    else:
        waiter.set_result(result)


def _prepare_connection() -> None:
    if connection.connection is None and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for setting in SQLITE_SETTINGS:
                cursor.execute(f"PRAGMA {setting}")


def _close_connection() -> None:
    try:
        connection.close()
    except DatabaseError:
        # It is broken; the next use opens another.
        connection.connection = None


def _has_committed(transaction_id: str) -> bool:
    """Ask PostgreSQL what became of a transaction. Raises OperationalError while it goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_xact_status(%s::xid8)", [transaction_id])
        status = cursor.fetchone()[0]
    if status == "in progress":
        raise OperationalError("The transaction has not ended yet.")
    return bool(status == "committed")


writer = Writer()
