"""Connections that send a byte now and then, to keep the server busy with waiting."""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Iterator
from typing import Any

import pytest

from testing.server import FIREFOX, Server
from testing.wire import Client, Outcome, Reply, get, post, pour

pytestmark = pytest.mark.faults

DRIPS = 500
CLOSED_WITHIN_SECONDS = 15
# Below this a doubled time says more about the machine than about the server.
NOISE_SECONDS = 0.05
CLIENTS = 4
PAUSE_SECONDS = 0.02


def test_slow_senders_are_closed_and_the_others_served_as_before(server: Server) -> None:
    before, during, outcomes = asyncio.run(drip_beside_visitors(server))

    slowest = max(outcome.seconds for outcome in outcomes)
    statuses = {outcome.status for outcome in outcomes}
    print(
        f"\n{DRIPS} slow senders: answered {statuses}, the last closed after {slowest:.1f} s;"
        f" {len(during)} visitors beside them, p95 {p95(during) * 1000:.1f} ms,"
        f" without them {p95(before) * 1000:.1f} ms"
    )
    assert statuses == {408}
    assert slowest <= CLOSED_WITHIN_SECONDS
    assert {reply.status for reply in [*before, *during]} == {204}
    assert p95(during) <= max(2 * p95(before), NOISE_SECONDS)
    assert server.hits_on("/visitor") == len(before) + len(during)


async def drip_beside_visitors(
    server: Server,
) -> tuple[list[Reply], list[Reply], list[Outcome]]:
    hit = visitor_hit(server.site_key())
    before = await visit(server.port, hit, asyncio.create_task(asyncio.sleep(4)))
    drips = asyncio.gather(*(pour(server.port, drip(number), 1) for number in range(DRIPS)))
    during = await visit(server.port, hit, drips)
    return before, during, await drips


async def visit(port: int, hit: bytes, until: asyncio.Future[Any]) -> list[Reply]:
    """Return the answers to visitors who send one hit after the other until something is done."""

    async def one() -> list[Reply]:
        client = Client(port)
        replies = []
        while not until.done():
            replies.append(await client.ask(hit))
            await asyncio.sleep(PAUSE_SECONDS)
        await client.close()
        return replies

    visitors = await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return [reply for replies in visitors for reply in replies]


def drip(number: int) -> Iterator[bytes]:
    """Yield one byte after the other: of a head, or of a body whose head came at once."""
    whole = post("/t", b"{" + b" " * 1000) if number % 2 else get("/" + "x" * 1000)
    head_bytes = whole.index(b"\r\n\r\n") + 4 if number % 2 else 1
    yield whole[:head_bytes]
    for byte in whole[head_bytes:]:
        yield bytes([byte])


def visitor_hit(key: str) -> bytes:
    body = json.dumps({"site": key, "url": "https://example.com/visitor"}).encode()
    return post("/t", body, b"User-Agent: " + FIREFOX.encode())


def p95(replies: list[Reply]) -> float:
    return statistics.quantiles([reply.seconds for reply in replies], n=20)[-1]
