"""The product as operators run it, started for a benchmark."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import environment
from testing.server import PROJECT, free_port

HOST = "127.0.0.1"
# Warming up from millions of visits takes a while on a cold disk.
START_SECONDS = 120
STOP_SECONDS = 60
# The load comes from one address and goes to a few sites: more than any limit would let pass.
NO_LIMITS = {"ADDRESS_LIMIT": "1000000000", "SITE_LIMIT": "1000000000"}


class NotStarted(Exception):
    """The server did not become ready; the message is its log."""


@dataclass(frozen=True)
class Serving:
    """A running server; `pid` is the root of its processes."""

    pid: int
    port: int


@contextmanager
def serve(database_url: str, folder: Path, *, workers: int = 1) -> Iterator[Serving]:
    """Run `manage.py serve` on a database until the block ends; its log is in `folder`.

    Raises NotStarted.
    """
    port = free_port()
    variables = environment(
        database_url,
        folder,
        SITE_URL=f"http://{HOST}:{port}",
        PORT=str(port),
        TRUSTED_PROXIES=HOST,
        **NO_LIMITS,
    )
    log_path = folder / "log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *_workers_argument(workers)],
            cwd=PROJECT,
            env=variables,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_ready(process, port, log_path)
        yield Serving(process.pid, port)
    finally:
        _stop(process)


def _workers_argument(workers: int) -> list[str]:
    return [f"--workers={workers}"] if workers > 1 else []


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise NotStarted(log.read_text())


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
