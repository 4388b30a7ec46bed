"""A database that is locked, and disks and spools that are full: nothing is lost, and all heals by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from testing.databases import Databases
from testing.installation import Install, Installation
from testing.numbered import NumberedHits, judge, loading, out_of_order
from testing.small_disk import small_disk

pytestmark = pytest.mark.faults

LOCKED_SECONDS = 6
BEFORE_SECONDS = 1
FULL_SECONDS = 2
DISK_MB = 256
HEALED_SECONDS = 15
DRAINED_SECONDS = 60
REFUSED_SECONDS = 30
FLIP_SECONDS = 5
# What still has to be served with a full disk.
PAGES = ("/healthz", "/accounts/login/", "/t.js")


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 2)])
def test_nothing_is_lost_while_somebody_else_locks_the_database(
    install: Install, kind: str, workers: int
) -> None:
    """On PostgreSQL it is the visits that are locked, as by somebody who deletes a large site."""
    installation = install(kind, workers=workers)
    installation.start()
    hits = hits_of(installation)

    with loading(installation, hits) as load:
        time.sleep(BEFORE_SECONDS)
        with lock(installation):
            time.sleep(LOCKED_SECONDS)
            waiting = installation.spooled_batches()
        drained_seconds = installation.wait_until_drained(DRAINED_SECONDS)
        time.sleep(BEFORE_SECONDS)
    installation.wait_until_drained(DRAINED_SECONDS)
    judgement = judge(installation, load)
    misplaced = out_of_order(installation, load)

    print(
        f"\n{kind} locked for {LOCKED_SECONDS} s: {judgement}, {misplaced} out of order; {waiting} batches"
        f" waited, drained after {drained_seconds:.1f} s; answers {dict(load.result.answers)},"
        f" p99 {load.result.percentile_ms(99):.0f} ms"
    )
    assert judgement.is_right
    assert misplaced == 0
    assert set(load.result.answers) == {"204"}
    assert waiting > 0
    assert "unhandled" not in installation.log


def test_full_disk_is_told_and_heals_when_there_is_room(install: Install, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", DISK_MB) as disk:
        installation = install(var=disk.folder)
        installation.start()

        with loading(installation, hits_of(installation)) as load:
            time.sleep(BEFORE_SECONDS)
            disk.fill(installation)
            _, answer = wait_until_refused(installation)
            if disk.is_mounted:
                installation.wait_until(503, FLIP_SECONDS)
            time.sleep(FULL_SECONDS)
            pages = {page: installation.status(page) for page in PAGES}
            disk.free(installation)
            healed_seconds = wait_until_counted(installation)
            time.sleep(BEFORE_SECONDS)
        ready_seconds = installation.wait_until(200, HEALED_SECONDS)
        installation.wait_until_drained(DRAINED_SECONDS)
        judgement = judge(installation, load)
        [(integrity,)] = installation.rows("PRAGMA integrity_check")
        installation.kill()

    print(
        f"\nDisk full ({disk.kind}): {judgement}; a hit is answered {answer}, pages {pages}; counts again"
        f" after {healed_seconds:.1f} s, ready after {ready_seconds:.1f} s more; integrity {integrity};"
        f" answers {dict(load.result.answers)}"
    )
    assert answer[0] == "503"
    assert int(answer[1]) > 0
    assert set(pages.values()) == {200}
    assert set(load.result.answers) == {"204", "503"}
    assert judgement.is_right
    assert integrity == "ok"


def test_full_spool_is_told_and_heals_when_the_database_is_back(
    install: Install, databases: Databases
) -> None:
    installation = install("postgresql", workers=2, SPOOL_MAX_MB="1")
    installation.start()

    with loading(installation, hits_of(installation)) as load:
        time.sleep(BEFORE_SECONDS)
        databases.take_away()
        full_seconds, answer = wait_until_refused(installation)
        told = installation.ask("/readyz")
        databases.bring_back()
        healed_seconds = wait_until_counted(installation)
        ready_seconds = installation.wait_until(200, HEALED_SECONDS)
    installation.wait_until_drained(DRAINED_SECONDS)
    judgement = judge(installation, load)

    print(
        f"\nSpool of 1 MB full after {full_seconds:.1f} s: {judgement}; a hit is answered {answer}, counts"
        f" again after {healed_seconds:.1f} s, ready after {ready_seconds:.1f} s more;"
        f" answers {dict(load.result.answers)}"
    )
    assert answer[0] == "503"
    assert int(answer[1]) > 0
    assert told[0] == 503
    assert b'"spool": "full"' in told[1]
    assert set(load.result.answers) == {"204", "503"}
    assert judgement.is_right


@contextmanager
def lock(installation: Installation) -> Iterator[None]:
    with installation.connect() as connection:
        if installation.is_sqlite:
            connection.execute("BEGIN EXCLUSIVE")
        else:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM visits_visit FOR UPDATE")
        yield
        connection.execute("ROLLBACK")


def hits_of(installation: Installation) -> NumberedHits:
    return NumberedHits(installation.site_keys[0])


def wait_until_counted(installation: Installation) -> float:
    """Return how many seconds it took until a hit was counted."""
    return _send_until(installation, "204", HEALED_SECONDS)[0]


def wait_until_refused(installation: Installation) -> tuple[float, tuple[str, str]]:
    """Return how many seconds it took until there was no room for a hit, and what was answered then."""
    return _send_until(installation, "503", REFUSED_SECONDS)


def _send_until(
    installation: Installation, status: str, seconds: float
) -> tuple[float, tuple[str, str]]:
    began = time.monotonic()
    while (answer := installation.post_hit(installation.site_keys[0]))[0] != status:
        assert time.monotonic() - began < seconds, f"{answer}\n{installation.log[-5000:]}"
        time.sleep(0.1)
    return time.monotonic() - began, answer
