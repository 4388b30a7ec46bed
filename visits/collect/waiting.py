"""Those who wait for an outcome to be stored, and how they are told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import structlog

from visits.collect.outcome import Outcome, Refused, Verdict

log = structlog.get_logger(__name__)

# Longer than a lock, a commit and an append can take together.
BLOCKING_SECONDS = 30


class NotStored(Exception):
    """An outcome could not be stored and should be sent again later."""


class SiteGone(Exception):
    """The site was deleted while its outcome waited."""


Result = Verdict | Exception


class WaitingThread:
    """A thread that waits for its outcome: a lock that the writer opens. Futures cost ten times that."""

    __slots__ = ("lock", "result")

    def __init__(self) -> None:
        self.lock = Lock()
        self.lock.acquire()
        self.result: Result = None

    def set(self, result: Result) -> None:
        self.result = result
        self.lock.release()

    def wait(self) -> Verdict:
        if not self.lock.acquire(timeout=BLOCKING_SECONDS):
            raise NotStored
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class Waiting(NamedTuple):
    outcome: Outcome
    waiter: asyncio.Future[Verdict] | WaitingThread | None


class Tally:
    """Refusals for which nobody waits, added up until the writer takes them.

    A flood is refused a thousand times in a second, and written once.
    """

    def __init__(self) -> None:
        self._counts: Counter[Refused] = Counter()
        self._lock = Lock()

    def add(self, refused: Refused) -> bool:
        """Add a refusal; return whether it is the first since the others were taken."""
        with self._lock:
            is_first = not self._counts
            self._counts[refused] += refused.times
            return is_first

    def take(self) -> list[Waiting]:
        with self._lock:
            counts, self._counts = self._counts, Counter()
        return [Waiting(refused._replace(times=n), None) for refused, n in counts.items()]


def settle(batch: Sequence[Waiting], results: Sequence[Result]) -> None:
    """Tell all who wait; the event loop is woken once a batch."""
    in_loop: list[tuple[asyncio.Future[Verdict], Result]] = []
    for waiting, result in zip(batch, results, strict=True):
        waiter = waiting.waiter
        if isinstance(waiter, asyncio.Future):
            in_loop.append((waiter, result))
        elif waiter is not None:
            waiter.set(result)
    if in_loop:
        try:
            in_loop[0][0].get_loop().call_soon_threadsafe(_settle_in_loop, in_loop)
        except RuntimeError:
            # The loop has ended: nobody is there any more.
            log.warning("answers_not_sent", count=len(in_loop))


def _settle_in_loop(pairs: Sequence[tuple[asyncio.Future[Verdict], Result]]) -> None:
    for waiter, result in pairs:
        if waiter.done():
            continue  # its sender has left
        if isinstance(result, Exception):
            waiter.set_exception(result)
        else:
            waiter.set_result(result)
