"""Events that are sent three times at once are counted once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from benchmarks.load import run_load
from testing.installation import Install, Installation
from testing.numbered import visitor_address
from testing.recount import differences
from testing.server import FIREFOX
from testing.wire import post

pytestmark = pytest.mark.faults

COPIES = 3
CONNECTIONS = 64
VISITORS = 500


@pytest.mark.parametrize(
    ("kind", "workers", "events"), [("sqlite", 1, 10_000), ("postgresql", 2, 4_000)]
)
def test_events_that_are_sent_three_times_at_once_count_once(
    install: Install, kind: str, workers: int, events: int
) -> None:
    installation = install(kind, workers=workers)
    installation.start()

    load = run_load(
        installation.address,
        copies(installation, events),
        count=events * COPIES,
        connections=CONNECTIONS,
        shows_progress=False,
    )
    hits = installation.value("SELECT count(*) FROM visits_hit")
    repeats = installation.value("SELECT sum(count) FROM visits_refusal WHERE reason = 'repeat'")
    wrong = differences(installation)

    print(
        f"\n{events:,} events sent {COPIES} times on {kind}: {hits:,} counted, {repeats:,} repeats,"
        f" {wrong.total()} differences in visits; {load.hits_per_second * COPIES:,.0f} requests/s"
    )
    assert hits == events
    assert repeats == events * (COPIES - 1)
    assert load.answers == {"204": events, "204 repeat": repeats}
    assert not wrong


def copies(installation: Installation, events: int) -> Iterator[bytes]:
    for number in range(events):
        body = json.dumps(
            {
                "site": installation.site_keys[0],
                "name": "Order",
                "url": f"https://example.com/{number % 50}",
                "id": f"order-{number}",
            }
        ).encode()
        address = visitor_address(number % VISITORS)
        agent, sender = f"User-Agent: {FIREFOX}", f"X-Forwarded-For: {address}"
        request = post("/t", body, agent.encode(), sender.encode())
        for _ in range(COPIES):
            yield request
