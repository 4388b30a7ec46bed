"""A second request hidden in a first one whose end is not clear."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from testing.framing import MALFORMED
from testing.server import FIREFOX, Server
from testing.wire import Outcome, get, pour

pytestmark = pytest.mark.faults


def test_hidden_request_is_never_executed(server: Server) -> None:
    """Figures: 0 hits of what was hidden; every request gets 400 and the connection is closed."""
    user_agent = b"User-Agent: " + FIREFOX.encode()
    hidden = get(f"/t/{server.site_key()}.gif?url=https://example.com/hidden", user_agent)

    together = asyncio.run(pour_each(server.port, [[one + hidden] for one in MALFORMED]))
    apart = asyncio.run(pour_each(server.port, [[one, hidden, hidden] for one in MALFORMED]))

    statuses = Counter(outcome.status for outcome in [*together, *apart])
    answers = Counter(outcome.received.count(b"HTTP/1.1 ") for outcome in [*together, *apart])
    print(
        f"\n{len(MALFORMED)} malformed requests, whole and in packets: answered {dict(statuses)},"
        f" {server.hits_on('/hidden')} hidden requests executed"
    )
    assert set(statuses) == {400}
    assert set(answers) == {1}
    assert server.hits_on("/hidden") == 0
    assert "Traceback" not in server.log


async def pour_each(port: int, streams: list[list[bytes]]) -> list[Outcome]:
    return [await pour(port, pieces, pause_seconds=0.01) for pieces in streams]


def test_hidden_request_would_have_been_counted(server: Server) -> None:
    """Without a request before it, that is: otherwise the test above would prove nothing."""
    path = f"/t/{server.site_key()}.gif?url=https://example.com/in-the-open"

    assert server.ask(path)[0] == 200
    assert server.hits_on("/in-the-open") == 1
