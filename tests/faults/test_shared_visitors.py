"""Several processes write hits of the same visitors at once: each visit is begun once, and all is counted."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from testing.databases import Databases
from testing.installation import Install
from testing.numbered import NumberedHits, judge, loading, visitor_address
from testing.server import FIREFOX

pytestmark = pytest.mark.faults

# So few that two processes nearly always write one of them at the same time.
VISITORS = 12
LINES = 12_000
PAGES = 40


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 2)])
def test_server_and_import_share_visitors(
    install: Install, tmp_path: Path, kind: str, workers: int, request: pytest.FixtureRequest
) -> None:
    installation = install(kind, workers=workers)
    installation.start()
    hits = NumberedHits(installation.site_keys[0], visitors=VISITORS, fields=many_values)
    log = tmp_path / "access.log"
    log.write_text("".join(lines()), encoding="ascii")

    with loading(installation, hits) as load, ThreadPoolExecutor(1) as pool:
        importing = pool.submit(
            installation.manage, "importlogs", str(log), "--site", "example.com"
        )
        summary = importing.result()
    installation.wait_until_drained(60)
    judgement = judge(installation, load)
    visits = installation.value("SELECT count(*) FROM visits_visit")
    imported = installation.value("SELECT count(*) FROM visits_hit") - judgement.stored
    deadlocks = 0
    if kind == "postgresql":
        databases: Databases = request.getfixturevalue("databases")
        deadlocks = databases.deadlocks()

    print(
        f"\n{VISITORS} visitors of {workers} processes and an import on {kind}: {judgement};"
        f" {imported:,} of {LINES:,} lines imported, {visits} visits, {deadlocks} deadlocks;"
        f" answers {dict(load.result.answers)}\n{summary.strip()}"
    )
    assert judgement.is_right
    assert set(load.result.answers) == {"204"}
    assert imported == LINES
    assert visits == VISITORS
    assert deadlocks == 0
    assert "unhandled" not in installation.log


def many_values(number: int) -> dict[str, object]:
    """Let new values of all kinds come in all the time, in no order."""
    mixed = number * 7919 % 3001
    return {
        "referrer": f"https://website-{mixed}.example/",
        "screen": f"{mixed % 900 + 100}x{mixed % 700 + 100}",
    }


def lines() -> list[str]:
    """Return a log of the last minutes, in which the visitors of the load take turns."""
    now = dt.datetime.now(dt.UTC)
    return [
        f"{visitor_address(number % VISITORS)} - - "
        f"[{now - dt.timedelta(seconds=(LINES - number) * 600 // LINES):%d/%b/%Y:%H:%M:%S +0000}] "
        f'"GET /log/{number % PAGES} HTTP/1.1" 200 {number} "-" "{FIREFOX}"\n'
        for number in range(LINES)
    ]
