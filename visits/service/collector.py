"""What waits to be stored: in the queue of this process, and in the spool of this machine."""

from __future__ import annotations

from dataclasses import dataclass

from visits.collect.spool_state import SpoolState, spool_batches, spool_state
from visits.collect.writer import QUEUE_MAX_COUNT, open_spool, writer


@dataclass(frozen=True, slots=True)
class Collector:
    """`queued` outcomes of at most `queue_limit` wait in this process, `spooled` batches on the disk."""

    queued: int
    queue_limit: int
    spool: SpoolState
    spooled: int
    spool_bytes: int
    spool_limit_bytes: int

    @property
    def is_spooling(self) -> bool:
        """Whether hits wait on the disk: the database was away, or still is."""
        return self.spool is SpoolState.HOLDING

    @property
    def is_refusing(self) -> bool:
        """Whether hits would be lost if the database were away."""
        return self.spool in {SpoolState.FULL, SpoolState.UNREADABLE}


def collector() -> Collector:
    """Return what waits; asks no database of hits. Never raises."""
    spool = open_spool()
    batches, size_bytes = spool_batches(spool.path)
    return Collector(
        queued=writer.queue.qsize(),
        queue_limit=QUEUE_MAX_COUNT,
        spool=spool_state(spool.path, spool.max_bytes),
        spooled=batches,
        spool_bytes=size_bytes,
        spool_limit_bytes=spool.max_bytes,
    )
