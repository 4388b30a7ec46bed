"""A Dask scheduler and its workers on loopback, in processes of their own as docs/scale.md starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from testing import tools

PROJECT = Path(__file__).resolve().parents[3]
# A busy machine needs a while to load Dask.
START_SECONDS = 60
LOCAL = ("--host", "127.0.0.1", "--no-dashboard")

Process = subprocess.Popen[bytes]
Found = TypeVar("Found")


@dataclass(frozen=True)
class DaskCluster:
    """Where the scheduler listens, a client to look at it, and the workers' processes by their names."""

    address: str
    client: Any
    workers: dict[str, Process]

    def process_at(self, address: str) -> Process:
        """Return the process of the worker that has an address."""
        known = self.client.scheduler_info()["workers"]
        return self.workers[known[address]["name"]]


@contextmanager
def run_cluster(folder: Path, worker_count: int = 2) -> Iterator[DaskCluster]:
    """Run a cluster until the block ends. Its processes get no settings and no database."""
    if find_spec("distributed") is None:
        tools.missing("Dask is not installed (requirements-dev.txt).")
    from distributed import Client

    names = [f"worker-{number}" for number in range(worker_count)]
    written = folder / "scheduler.json"
    with ExitStack() as stack:

        def start(*arguments: str) -> Process:
            return stack.enter_context(_run(folder, *arguments))

        start("scheduler", *LOCAL, "--port", "0", "--scheduler-file", str(written))
        address = wait_for(lambda: _address(written))
        options = ("--no-nanny", "--nthreads", "2", "--local-directory", str(folder))
        workers = {
            name: start("worker", address, *LOCAL, *options, "--name", name) for name in names
        }
        client = stack.enter_context(Client(address, set_as_default=False))
        if workers:
            client.wait_for_workers(worker_count, timeout=START_SECONDS)
        yield DaskCluster(address, client, workers)


@contextmanager
def _run(folder: Path, *arguments: str) -> Iterator[Process]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        # Nothing of the developer's.
        "DASK_CONFIG": str(folder),
        # Dask reads every variable that begins with its name: ours must do no harm.
        "DASK_SCHEDULER": "tcp://127.0.0.1:1",
    }
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _address(written: Path) -> str:
    """Return where the scheduler listens; empty while it starts."""
    try:
        address: str = json.loads(written.read_text())["address"]
    except (FileNotFoundError, json.JSONDecodeError):
        return ""
    return address


def wait_for(find: Callable[[], Found]) -> Found:
    """Return what is found as soon as it is something."""
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        if found := find():
            return found
        time.sleep(0.02)
    raise AssertionError("It took too long.")
