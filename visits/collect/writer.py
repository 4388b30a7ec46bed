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
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from visits.collect.batch import Memory, write_batch, write_rows
from visits.collect.drain import AWAY, alive_sites, drain_batch, name_transaction, spool_mark
from visits.collect.outcome import Outcome, Refused, Verdict
from visits.collect.spool import SPOOL_FILE, Spool, SpoolFull
from visits.collect.tables import tables
from visits.collect.waiting import (
    NotStored,
    Result,
    SiteGone,
    Tally,
    Waiting,
    WaitingThread,
    settle,
)

log = structlog.get_logger(__name__)

QUEUE_MAX_COUNT = 10_000
# PostgreSQL's table of locks holds some 6,000 by default, and a hit takes two.
BATCH_MAX_COUNT = 500
# Under load a batch gathers for a moment longer. What a commit costs is shared by more: with PostgreSQL
# a third of all. A hit that comes alone is stored at once.
GATHER_FROM_COUNT = 4
GATHER_SECONDS = 0.002
# Nobody waits longer for a database that somebody else has locked: the spool is quicker.
LOCKED_SECONDS = 1
CONNECTION_SETTINGS = {
    "postgresql": (f"SET lock_timeout = '{LOCKED_SECONDS}s'",),
    "sqlite": (
        f"PRAGMA busy_timeout = {LOCKED_SECONDS * 1000}",
        # Today's pages are changed again and again: held in memory, and copied from the journal into
        # the database every 32 MB instead of every 4, they cost a third less.
        "PRAGMA cache_size = -32768",
        "PRAGMA wal_autocheckpoint = 8000",
        # Statements of many rows keep what undoes them; not in a file.
        "PRAGMA temp_store = MEMORY",
    ),
}
RETRY_SECONDS = 1.0
STOP_SECONDS = 10
# So many batches of the spool are stored in a moment.
LAST_BATCHES = 8
# How long a batch waits while another process drains: who sends must not be quicker than who drains.
PATIENCE_SECONDS = 0.2
LOOK_AGAIN_SECONDS = 0.005


# None is the end.
Queue = SimpleQueue[Waiting | Tally | None]


class UncertainCommit(Exception):
    """The connection was lost during the commit; the database knows whether it held."""

    def __init__(self, transaction_id: str) -> None:
        super().__init__(transaction_id)
        self.transaction_id = transaction_id


class Writer:
    """The queue in front of the writer's thread, which starts with the server or the first outcome."""

    def __init__(self) -> None:
        self.queue: Queue = SimpleQueue()
        self.tally = Tally()
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
        waiter = WaitingThread()
        self._put(Waiting(outcome, waiter))
        return waiter.wait()

    def note(self, refused: Refused) -> None:
        """Store a refusal for whose commit nobody waits: it was answered with an error."""
        if connection.in_atomic_block:
            write_batch([refused])
        elif self.tally.add(refused):
            try:
                self._put(self.tally)
            except NotStored:
                log.warning("refusals_not_counted", count=len(self.tally.take()))

    def start(self) -> None:
        """Start the thread, which brings back what an earlier process left in the spool."""
        if self.thread is None or self.process != os.getpid():
            self._start()

    def stop(self) -> None:
        """Store what is waiting, then end the thread. A later outcome starts it anew."""
        if self.thread is None or self.process != os.getpid():
            return
        self.is_stopping = True
        self.queue.put(None)
        self.thread.join(STOP_SECONDS)
        self._refuse_late()
        self.thread, self.is_stopping = None, False

    def _refuse_late(self) -> None:
        """Tell those who came in behind the end that nobody will store what they wait for."""
        while not self.queue.empty():
            late = self.queue.get()
            if isinstance(late, Waiting):
                settle([late], [NotStored()])

    def _put(self, waiting: Waiting | Tally) -> None:
        self.start()
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

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.is_running = True
        self.spool = open_spool()
        # Without the sign: both databases' integers end at 63 bits.
        self.memory = Memory(secrets.randbits(63)) if tables().has_memory else None
        self.name = secrets.token_hex(16)
        self.transactions = 0
        self.retry_at = 0.0
        self.last_count = 0

    def run(self) -> None:
        while self.is_running:
            try:
                self._work()
            except Exception:
                # Nobody would start the thread again.
                log.exception("unhandled_error_in_writer")
                time.sleep(RETRY_SECONDS)
        _close_connection()
        self.spool.close()

    def _work(self) -> None:
        """Store the next batch; then bring back what was spooled, if its time has come."""
        is_spooling = not self.spool.is_empty()
        batch = self._take(RETRY_SECONDS if is_spooling else None)
        if batch:
            settle(batch, self._store([waiting.outcome for waiting in batch]))
        # What is left at the end, the next process brings back.
        if is_spooling and self.is_running and time.monotonic() >= self.retry_at:
            with self.spool.draining() as is_ours:
                if is_ours:
                    self._drain()

    def _take(self, timeout: float | None) -> list[Waiting]:
        """Return all that is waiting, and note when the queue has ended."""
        try:
            first = self.queue.get(timeout=timeout)
        except Empty:
            return []
        if self.last_count > GATHER_FROM_COUNT:
            time.sleep(GATHER_SECONDS)
        batch: list[Waiting] = []
        while first is not None:
            batch += first.take() if isinstance(first, Tally) else [first]
            if len(batch) >= BATCH_MAX_COUNT or self.queue.empty():
                self.last_count = len(batch)
                return batch
            first = self.queue.get()
        self.is_running = False
        return batch

    def _store(self, outcomes: list[Outcome]) -> Sequence[Result]:
        """Store a batch and return what became of each outcome. Never raises."""
        try:
            return self._write_or_spool(outcomes)
        except Exception as error:
            if len(outcomes) == 1 and not self._is_site_alive(outcomes[0]):
                return [SiteGone()]
            # Whatever it is, it must not end the thread.
            log.exception("unhandled_error_in_writer")
            return [error] * len(outcomes)

    def _write_or_spool(self, outcomes: list[Outcome]) -> Sequence[Result]:
        if not self._is_spool_done():
            return self._to_spool(outcomes)
        try:
            return self._write(outcomes)
        except UncertainCommit as error:
            return self._to_spool(outcomes, error.transaction_id)
        except AWAY as error:
            self._note_away(error)
            return self._to_spool(outcomes)
        except Exception:
            if len(outcomes) == 1:
                raise
            return self._write_one_by_one(outcomes)

    def _write(self, outcomes: Sequence[Outcome]) -> list[Verdict]:
        _prepare_connection()
        transaction_id = ""
        try:
            with transaction.atomic():
                verdicts = write_rows(outcomes, self.memory)
                transaction_id = self._name_transaction()
        except BaseException as error:
            if self.memory is not None:
                self.memory.forget()
            if isinstance(error, AWAY):
                _close_connection()
                if transaction_id:
                    # Under a new name: a later number would say that this transaction held.
                    self.name, self.transactions = secrets.token_hex(16), 0
                    raise UncertainCommit(transaction_id) from error
            raise
        return verdicts

    def _name_transaction(self) -> str:
        """Name the current transaction; without a network in between nobody will have to ask for it."""
        if self.memory is not None:
            return ""
        self.transactions += 1
        return name_transaction(self.name, self.transactions)

    def _write_one_by_one(self, outcomes: Sequence[Outcome]) -> list[Result]:
        """Store a batch that was refused as a whole because of some of its outcomes."""
        return [self._write_alone(outcome) for outcome in outcomes]

    def _write_alone(self, outcome: Outcome) -> Result:
        try:
            return self._write_or_spool([outcome])[0]
        except Exception as error:  # noqa: BLE001 - it is told to its sender
            if not self._is_site_alive(outcome):
                return SiteGone()
            log.error("outcome_not_stored", error=type(error).__name__)
            return NotStored() if isinstance(error, DatabaseError) else error

    def _is_site_alive(self, outcome: Outcome) -> bool:
        try:
            return bool(alive_sites([outcome]))
        except DatabaseError:
            return True

    def _to_spool(self, outcomes: list[Outcome], transaction_id: str = "") -> Sequence[Result]:
        try:
            self.spool.append(outcomes, transaction_id)
        except SpoolFull as error:
            log.error("outcomes_not_stored", count=len(outcomes), error=repr(error.__cause__))
            return [NotStored()] * len(outcomes)
        return [outcome.reason if isinstance(outcome, Refused) else None for outcome in outcomes]

    def _note_away(self, error: Exception) -> None:
        _close_connection()
        if time.monotonic() >= self.retry_at:
            log.warning("database_away", error=type(error).__name__)
        self.retry_at = time.monotonic() + RETRY_SECONDS

    def _is_spool_done(self) -> bool:
        """Tell whether the database's turn has come.

        While another process drains the spool it is waited for, and the last batches are drained at once:
        to put others behind them would go on for as long as hits arrive.
        """
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not self.spool.is_empty():
            if not self.retry_at <= time.monotonic() < give_up_at:
                return False
            with self.spool.draining() as is_ours:
                if is_ours:
                    if self.spool.has_more_than(LAST_BATCHES):
                        return False
                    self._drain()
            if not is_ours:
                time.sleep(LOOK_AGAIN_SECONDS)
        return True

    def _drain(self) -> None:
        """Bring spooled batches into the database, the oldest first, until it is away or all are there."""
        try:
            self._drain_all()
        except AWAY as error:
            self._note_away(error)
        except Exception:
            log.exception("spool_not_drained")
            self.retry_at = time.monotonic() + RETRY_SECONDS

    def _drain_all(self) -> None:
        _prepare_connection()
        name = self.spool.name()
        # Stored by a process that ended before it could take them out.
        self.spool.remove(spool_mark(name))
        while self.is_running and (batch := self.spool.oldest(BATCH_MAX_COUNT)) is not None:
            drain_batch(name, batch)
            self.spool.remove(batch.id)
            if self.spool.has_more_than(LAST_BATCHES):
                self._append_waiting()
        if self.is_running:
            log.info("spool_drained")

    def _append_waiting(self) -> None:
        """Put what has arrived meanwhile behind what waits: order is kept, and nobody waits for long."""
        if not self.queue.empty():
            waiting = self._take(None)
            if waiting:
                settle(waiting, self._to_spool([entry.outcome for entry in waiting]))


def open_spool() -> Spool:
    """Return the spool of this installation."""
    return Spool(settings.VAR_DIR / SPOOL_FILE, settings.SPOOL_MAX_MB * 1024 * 1024)


def _prepare_connection() -> None:
    if connection.connection is None:
        with connection.cursor() as cursor:
            for statement in CONNECTION_SETTINGS[connection.vendor]:
                cursor.execute(statement)


def _close_connection() -> None:
    with suppress(DatabaseError):
        # PostgreSQL's goes back to the pool, where a page is the next to use it.
        if connection.vendor == "postgresql" and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
    try:
        connection.close()
    except DatabaseError:
        # It is broken; the next use opens another.
        connection.connection = None


writer = Writer()
