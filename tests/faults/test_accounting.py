"""Good, refused, invalid and flooding requests at once: each of them is in one of the counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

import pytest

from benchmarks.load import run_load
from testing.installation import Install
from testing.numbered import visitor_address
from testing.server import FIREFOX
from testing.wire import post

pytestmark = pytest.mark.faults

REQUESTS = 8_000
FLOOD_SECONDS = 3
ADDRESS_LIMIT = 20
VISITORS = 2_000
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
FLOODING_ADDRESS = "198.51.100.7"


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 2)])
def test_each_request_is_a_hit_or_a_refusal(install: Install, kind: str, workers: int) -> None:
    installation = install(kind, workers=workers, ADDRESS_LIMIT=str(ADDRESS_LIMIT))
    installation.start()
    key = installation.site_keys[0]

    mixed = run_load(
        installation.address, mixture(key), count=REQUESTS, connections=32, shows_progress=False
    )
    # Nobody else asks for the site any more.
    flood = run_load(
        installation.address,
        flood_of(key),
        seconds=FLOOD_SECONDS,
        connections=4,
        shows_progress=False,
    )
    installation.end()
    hits = installation.value("SELECT count(*) FROM visits_hit")
    reasons = installation.counts("SELECT reason, sum(count) FROM visits_refusal GROUP BY reason")
    refused = sum(reasons.values())

    print(
        f"\n{mixed.sent + flood.sent:,} requests on {kind}: {hits:,} hits + {refused:,} refusals"
        f" {reasons}; answers {dict(mixed.answers + flood.answers)}"
    )
    assert hits + refused == mixed.sent + flood.sent
    assert hits == mixed.accepted + flood.accepted
    assert not {"500", "503", "lost"} & (mixed.answers + flood.answers).keys()


def mixture(key: str) -> Iterator[bytes]:
    """Yield requests of every kind that names the site, in a random order."""
    random = Random(4)
    number = 0
    while True:
        number += 1
        address = visitor_address(number % VISITORS)
        page: dict[str, object] = {"site": key, "url": f"https://example.com/{number % 30}"}
        kinds: list[tuple[dict[str, object], str]] = [
            (page, FIREFOX),
            (page, FIREFOX),
            (page | {"name": "Order", "id": str(number // 3 % 500)}, FIREFOX),
            (page, GOOGLEBOT),
            (page, ""),
            (page | {"url": "https://elsewhere.example/"}, FIREFOX),
            (page | {"url": "http://["}, FIREFOX),
            (page | {"url": 5}, FIREFOX),
            (page | {"screen": {"width": 1}, "props": [1]}, FIREFOX),
            (page | {"referrer": "https://semalt.com/"}, FIREFOX),
            (page | {"name": "engagement", "url": "https://example.com/never"}, FIREFOX),
        ]
        fields, agent = random.choice(kinds)
        if number % 5 == 0:
            address = FLOODING_ADDRESS
        yield request(fields, agent, address)


def flood_of(key: str) -> Iterator[bytes]:
    while True:
        yield request({"site": key, "url": "https://example.com/flood"}, FIREFOX, FLOODING_ADDRESS)


def request(fields: dict[str, object], agent: str, address: str) -> bytes:
    headers = [f"User-Agent: {agent}".encode(), f"X-Forwarded-For: {address}".encode()]
    return post("/t", json.dumps(fields).encode(), *headers)
