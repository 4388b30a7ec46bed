"""PostgreSQL goes away under load and comes back: what was acknowledged meanwhile is stored, once."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from random import Random

import pytest

from benchmarks.load import run_load
from testing.databases import Databases
from testing.installation import Install, Installation, domains
from testing.numbered import NumberedHits, judge, loading, out_of_order

pytestmark = pytest.mark.faults

# The promise is made for 30 seconds; ten are enough to see whether it holds.
AWAY_SECONDS = 10
BEFORE_SECONDS = AFTER_SECONDS = 2
FLIP_SECONDS = 5
# A busy machine needs a while until the database is there again.
BACK_SECONDS = 15
DRAINED_SECONDS = 60
CRASHES = 5
SITES = 12
MANY_AWAY_SECONDS = 6
SLOWEST_SECONDS = 4


def test_nothing_is_lost_while_the_database_is_away(install: Install, databases: Databases) -> None:
    """The order is kept, /readyz tells, and nobody has to start the server again."""
    installation = install("postgresql", workers=2)
    installation.start()

    with loading(installation, hits_of(installation)) as load:
        time.sleep(BEFORE_SECONDS)
        databases.take_away()
        not_ready_seconds = installation.wait_until(503, FLIP_SECONDS)
        told = checks(installation)
        time.sleep(AWAY_SECONDS - not_ready_seconds)
        databases.bring_back()
        ready_seconds = installation.wait_until(200, BACK_SECONDS)
        drained_seconds = ready_seconds + installation.wait_until_drained(DRAINED_SECONDS)
        time.sleep(AFTER_SECONDS)
    # Hits that came after the drain may have been the reason for another.
    installation.wait_until_drained(DRAINED_SECONDS)
    judgement = judge(installation, load)
    misplaced = out_of_order(installation, load)

    print(
        f"\nPostgreSQL away for {AWAY_SECONDS} s: {judgement}, {misplaced} out of order; not ready"
        f" after {not_ready_seconds:.1f} s, ready {ready_seconds:.1f} s after its return, drained after"
        f" {drained_seconds:.1f} s; answers {dict(load.result.answers)},"
        f" p99 {load.result.percentile_ms(99):.0f} ms"
    )
    assert judgement.is_right
    assert misplaced == 0
    assert set(load.result.answers) == {"204"}
    assert told == {"database": "unavailable", "spool": "holding"}
    assert checks(installation) == {"database": "ok", "spool": "empty"}
    assert drained_seconds <= DRAINED_SECONDS
    assert "unhandled" not in installation.log


def test_server_that_is_killed_while_hits_wait_brings_them_back(
    install: Install, databases: Databases
) -> None:
    """Once with the database away, and once in the middle of draining."""
    installation = install("postgresql", workers=2)
    installation.start()

    with loading(installation, hits_of(installation)) as load:
        time.sleep(BEFORE_SECONDS)
        databases.take_away()
        time.sleep(BEFORE_SECONDS)
        installation.kill()
        waiting = installation.spooled_batches()
        databases.bring_back()
        installation.start()
        waiting_again = wait_for_draining(installation, waiting)
        installation.kill()
        installation.start()
    drained_seconds = installation.wait_until_drained(DRAINED_SECONDS)
    judgement = judge(installation, load)

    print(
        f"\nKilled with {waiting} batches in the spool, and again with {waiting_again}:"
        f" {judgement}; drained after {drained_seconds:.1f} s"
    )
    assert waiting > 0
    assert judgement.is_right


def test_crashes_of_the_database_in_the_middle_of_a_commit_lose_and_double_nothing(
    install: Install, databases: Databases
) -> None:
    """PostgreSQL ends all transactions when one of its processes is killed, and recovers by itself."""
    installation = install("postgresql", workers=2)
    installation.start()
    random = Random(3)

    with loading(installation, hits_of(installation)) as load:
        for _ in range(CRASHES):
            time.sleep(random.uniform(0.5, 1.0))
            crash(databases)
            installation.wait_until(200, BACK_SECONDS)
    installation.wait_until_drained(DRAINED_SECONDS)
    judgement = judge(installation, load)

    print(
        f"\n{CRASHES} crashes of PostgreSQL: {judgement}, {out_of_order(installation, load)} out of"
        f" order; answers {dict(load.result.answers)}"
    )
    assert judgement.is_right
    assert set(load.result.answers) == {"204"}
    assert "unhandled" not in installation.log


def test_hits_of_many_sites_do_not_wait_for_the_database(
    install: Install, databases: Databases
) -> None:
    """What is known of a site when the database goes away is enough to take its hits."""
    installation = install("postgresql", workers=2, sites=SITES)
    installation.start()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            run_load,
            installation.address,
            hits_of_all_sites(installation),
            seconds=BEFORE_SECONDS + MANY_AWAY_SECONDS,
            connections=32,
            shows_progress=False,
        )
        time.sleep(BEFORE_SECONDS)
        databases.take_away()
        load = running.result()
    databases.bring_back()

    print(
        f"\nPostgreSQL away from {SITES} sites: {load.hits_per_second:,.0f} hits/s, p99"
        f" {load.percentile_ms(99):.0f} ms, slowest {load.latencies[-1]:.1f} s;"
        f" answers {dict(load.answers)}"
    )
    assert set(load.answers) == {"204"}
    assert load.latencies[-1] <= SLOWEST_SECONDS


def hits_of_all_sites(installation: Installation) -> Iterator[bytes]:
    keys = installation.site_keys
    hits = [
        NumberedHits(key, domain=domain) for key, domain in zip(keys, domains(SITES), strict=True)
    ]
    for number in count():
        yield hits[number % SITES].request(number)


def hits_of(installation: Installation) -> NumberedHits:
    return NumberedHits(installation.site_keys[0])


def checks(installation: Installation) -> dict[str, str]:
    _, body = installation.ask("/readyz")
    found: dict[str, str] = json.loads(body)["checks"]
    return found


def wait_for_draining(installation: Installation, waiting: int) -> int:
    """Wait until some of the batches are stored and return how many are not."""
    give_up_at = time.monotonic() + DRAINED_SECONDS
    while (left := installation.spooled_batches()) >= waiting and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return left


def crash(databases: Databases) -> None:
    """Kill one of the processes of PostgreSQL that work for the server, one that commits if there is."""
    rows = databases.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'faults%' AND state <> 'idle'"
        " AND backend_type = 'client backend' ORDER BY query = 'COMMIT' DESC LIMIT 1"
    )
    for (pid,) in rows:
        os.kill(int(str(pid)), signal.SIGKILL)
