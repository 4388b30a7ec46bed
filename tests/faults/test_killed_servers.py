"""Servers that are ended without a word, at any moment: what they have acknowledged is stored, once."""

from __future__ import annotations

import os
import signal
import statistics
import time
from pathlib import Path
from random import Random

import pytest

from testing.installation import Install, Installation
from testing.numbered import NumberedHits, judge, loading

pytestmark = pytest.mark.faults

KILLS = 20
# After so many seconds of load, or between.
LOAD_SECONDS = (0.3, 1.2)
RESTART_SECONDS = 5
# On a machine that has a dozen other things to do, the quickest start is the one that tells.
POSTGRESQL_KILLS = 4
REPLACE_SECONDS = 30
ENDED_SECONDS = 3


def test_server_that_is_killed_twenty_times_loses_and_doubles_nothing(install: Install) -> None:
    installation = install()
    random = Random(1)
    restarts = [installation.start()]
    hits = NumberedHits(installation.site_keys[0])

    with loading(installation, hits) as load:
        for _ in range(KILLS):
            time.sleep(random.uniform(*LOAD_SECONDS))
            installation.kill()
            restarts.append(installation.start())
    judgement = judge(installation, load)

    print(f"\n{KILLS} kills on SQLite: {judgement}; {told(restarts)}")
    assert judgement.is_right
    assert load.result.lost > 0
    assert min(restarts) <= RESTART_SECONDS
    assert "unhandled" not in installation.log


def test_killed_processes_of_postgresql_lose_and_double_nothing(install: Install) -> None:
    """In turns a worker, which the others replace, and all of them."""
    installation = install("postgresql", workers=2)
    random = Random(2)
    restarts = [installation.start()]
    hits = NumberedHits(installation.site_keys[0])

    with loading(installation, hits) as load:
        for number in range(POSTGRESQL_KILLS):
            time.sleep(random.uniform(*LOAD_SECONDS))
            if number % 2:
                installation.kill()
                restarts.append(installation.start())
            else:
                restarts.append(replace_worker(installation))
    judgement = judge(installation, load)

    print(f"\n{POSTGRESQL_KILLS} kills on PostgreSQL: {judgement}; {told(restarts)}")
    assert judgement.is_right
    assert load.result.lost > 0
    assert min(restarts) <= RESTART_SECONDS
    assert "unhandled" not in installation.log


def test_workers_end_with_their_parent(install: Install) -> None:
    """Else nobody looks after them, and who starts the server again finds its port taken."""
    installation = install("postgresql", workers=2)
    installation.start()
    workers = installation.worker_pids()

    os.kill(installation.pid, signal.SIGKILL)
    time.sleep(ENDED_SECONDS)

    alive = [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    print(f"\n{len(alive)} of {len(workers)} workers alive {ENDED_SECONDS} s after their parent")
    assert not alive


def replace_worker(installation: Installation) -> float:
    """Kill a worker and return after how many seconds there was another."""
    began = time.monotonic()
    before = installation.worker_pids()
    os.kill(before[0], signal.SIGKILL)
    while len(set(installation.worker_pids()) - set(before)) < 1:
        assert time.monotonic() - began < REPLACE_SECONDS
        time.sleep(0.05)
    installation.wait_until(200, REPLACE_SECONDS)
    return time.monotonic() - began


def told(restarts: list[float]) -> str:
    return (
        f"ready after {min(restarts):.1f} to {max(restarts):.1f} s,"
        f" median {statistics.median(restarts):.1f} s"
    )
