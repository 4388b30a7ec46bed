"""Archived months asked by the workers of a Dask cluster that reads the same archive.

The only module that knows Dask, imported when DASK_SCHEDULER names a scheduler. Workers import it too:
it needs neither settings nor a database. Whatever goes wrong, the process that asks answers by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import pickle
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import structlog
from distributed import Client

from visits.reports.archive_columns import UnreadableFile
from visits.reports.archive_months import Ask
from visits.reports.archive_selection import MonthFiles
from visits.reports.days import MONTHS_OF_YEAR
from visits.reports.exceptions import ReportError
from visits.reports.scan_archive import fold_frames

log = structlog.get_logger(__name__)

# One request waits for a scheduler that does not answer; nearby it takes milliseconds.
CONNECT_SECONDS = 2
# Nothing else notices a machine that fell silent. Longer than any scan should take.
ANSWER_SECONDS = 30
CLOSE_SECONDS = 1
# So long nobody asks the cluster after it failed.
REST_SECONDS = 60
# What these have to say is in our own warning.
SILENCED = ("distributed", "distributed.client")


class NoWorkers(ReportError):
    """There is a scheduler, and nobody who works."""


class OtherCode(ReportError):
    """A worker has another version of the code, or of Polars: its answers might differ."""


def _code_version() -> str:
    digest = hashlib.sha256(pl.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# Of the code as it was loaded: a worker that still runs after an update keeps the old one.
CODE_VERSION = _code_version()


_clusters: dict[str, Cluster] = {}


def cluster(address: str) -> Cluster:
    """Return this process's connection to a scheduler."""
    # One of several threads wins; a connection is made later.
    return _clusters.setdefault(address, Cluster(address))


class Cluster:
    """A connection to a scheduler, made when it is first needed and then kept for all threads.

    After a failure it rests, and is tried again; it is logged once, until it works again.
    """

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.address = address
        self._clock = clock
        self._client: Client | None = None
        self._connecting = threading.Lock()
        self._rests_until = 0.0
        self._has_failed = False

    def answer(
        self,
        ask: Ask,
        months: Sequence[MonthFiles],
        key_count: int,
        otherwise: Callable[[], pl.DataFrame],
    ) -> pl.DataFrame:
        """Return what is answered of months as one, by the workers or `otherwise`, which may raise."""
        client = self._connected()
        if client is None:
            return otherwise()
        try:
            frames = client.sync(  # type: ignore[no-untyped-call]
                _ask_workers,
                client,
                pickle.dumps(ask),
                months,
                callback_timeout=ANSWER_SECONDS,
            )
        except UnreadableFile as error:
            # Where the file is damaged, this raises; else that worker does not see the archive.
            frame = otherwise()
            self._leave(client, error)
            return frame
        except Exception as error:  # noqa: BLE001  (what can fail on other machines has no root)
            self._leave(client, error)
            return otherwise()
        self._works()
        return fold_frames([frame.lazy() for frame in frames], key_count)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close(CLOSE_SECONDS)  # type: ignore[no-untyped-call]

    def _connected(self) -> Client | None:
        """Return the client; None while the cluster rests, or somebody else connects."""
        if self._client is None and self._connecting.acquire(blocking=False):
            try:
                if self._client is None and self._clock() >= self._rests_until:
                    self._connect()
            finally:
                self._connecting.release()
        return self._client

    def _connect(self) -> None:
        for name in SILENCED:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client = Client(  # type: ignore[no-untyped-call]
                self.address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except Exception as error:  # noqa: BLE001  (as above: certificates, versions, addresses)
            self._rest(error)

    def _leave(self, client: Client, error: Exception) -> None:
        if self._client is client:
            self._rest(error)
            self.close()

    def _works(self) -> None:
        if self._has_failed:
            self._has_failed = False
            log.info("cluster_works_again")

    def _rest(self, error: Exception) -> None:
        self._rests_until = self._clock() + REST_SECONDS
        if not self._has_failed:
            self._has_failed = True
            log.warning("cluster_left", error=type(error).__name__)


async def _ask_workers(
    client: Client, question: bytes, months: Sequence[MonthFiles]
) -> list[pl.DataFrame]:
    # This runs in the client's loop, where its methods are to be awaited.
    workers = sorted(await client.nthreads())  # type: ignore[no-untyped-call]
    if not workers:
        raise NoWorkers
    futures = [
        client.submit(
            answer_months,
            CODE_VERSION,
            question,
            # The scheduler opens what it passes on, and may have other code: it gets bytes.
            pickle.dumps(part),
            workers=[worker],
            allow_other_workers=True,
            pure=False,
        )
        for worker, part in deal(months, workers).items()
    ]
    return await asyncio.gather(*futures)


def deal(months: Sequence[MonthFiles], workers: Sequence[str]) -> dict[str, list[MonthFiles]]:
    """Return the months by worker: one has the same each time, so that it has their columns in memory."""
    parts: dict[str, list[MonthFiles]] = defaultdict(list)
    for files in months:
        number = files.month.year * MONTHS_OF_YEAR + files.month.month + files.site_id
        parts[workers[number % len(workers)]].append(files)
    return parts


def answer_months(code_version: str, question: bytes, months: bytes) -> pl.DataFrame:
    """Return what is answered of months as one; this runs on a worker. Raises UnreadableFile, OtherCode."""
    if code_version != CODE_VERSION:
        raise OtherCode
    # Who can send this to a worker can have it execute anything: docs/scale.md says whom to let in.
    ask: Ask = pickle.loads(question)  # noqa: S301
    return ask(pickle.loads(months))  # noqa: S301
