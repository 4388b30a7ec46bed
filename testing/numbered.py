"""Hits that each carry a number, so that every one of them can be looked for in the tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.load import LoadResult, run_load
from testing.installation import Installation
from testing.recount import differences
from testing.server import FIREFOX

# A site may have 10,000 new values a day: the number is spread over two of them.
PATHS = 100
CONNECTIONS = 32
STORED = """
    SELECT page.path, property.value, count(*), min(hit.id), min(hit.at)
    FROM visits_hit hit
    JOIN visits_page page ON page.id = hit.page_id
    JOIN visits_hitproperty carried ON carried.hit_id = hit.id
    JOIN visits_property property ON property.id = carried.property_id AND property.key = 'lot'
    GROUP BY 1, 2
"""


@dataclass(frozen=True)
class NumberedHits:
    """Endless hits of some visitors, who take turns; every third hit is an event.

    The numbers begin with `first`; `fields` are added to each message, or come from its number.
    """

    key: str
    visitors: int = 200
    first: int = 0
    domain: str = "example.com"
    fields: Callable[[int], dict[str, object]] = lambda number: {}

    def requests(self) -> Iterator[bytes]:
        number = self.first
        while True:
            yield self.request(number)
            number += 1

    def request(self, number: int) -> bytes:
        lot, path = divmod(number, PATHS)
        body = json.dumps(
            {
                "site": self.key,
                "url": f"https://{self.domain}/{path}",
                "name": "pageview" if number % 3 else "Signup",
                "props": {"lot": str(lot)},
                **self.fields(number),
            }
        )
        head = (
            "POST /t HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"X-Forwarded-For: {visitor_address(number % self.visitors)}\r\n"
            f"User-Agent: {FIREFOX}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return (head + body).encode()


def visitor_address(visitor: int) -> str:
    return f"101.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"


class Load:
    """A load that goes on until it is stopped; a server that goes away is tried again and again."""

    def __init__(self, hits: NumberedHits, connections: int, pool: ThreadPoolExecutor) -> None:
        self.hits = hits
        self.connections = connections
        self.is_over = False
        self._pool = pool

    def start(self, installation: Installation) -> None:
        self._running = self._pool.submit(
            run_load,
            installation.address,
            self._requests(),
            connections=self.connections,
            keeps_acknowledged=True,
            shows_progress=False,
        )

    def stop(self) -> LoadResult:
        self.is_over = True
        return self._running.result()

    @property
    def result(self) -> LoadResult:
        """What came of it, once it is stopped."""
        return self._running.result()

    @property
    def acknowledged(self) -> set[int]:
        return {self.hits.first + position for position in self.result.acknowledged}

    def _requests(self) -> Iterator[bytes]:
        for request in self.hits.requests():
            if self.is_over:
                return
            yield request


@contextmanager
def loading(
    installation: Installation, hits: NumberedHits, connections: int = CONNECTIONS
) -> Iterator[Load]:
    """Send hits until the block ends, if not stopped before."""
    with ThreadPoolExecutor(1) as pool:
        load = Load(hits, connections, pool)
        load.start(installation)
        try:
            yield load
        finally:
            load.stop()


class Stored(NamedTuple):
    """How often a number is in the tables, and the first of its hits."""

    times: int
    hit_id: int
    at: int


def stored_numbers(installation: Installation) -> dict[int, Stored]:
    """Return all numbers that are in the tables."""
    return {
        int(str(lot)) * PATHS + int(str(path).lstrip("/")): Stored(*map(int, map(str, values)))
        for path, lot, *values in installation.rows(STORED)
    }


@dataclass(frozen=True)
class Judgement:
    """What became of numbered hits. `wrong` is what a recount of the visits found."""

    acknowledged: int
    stored: int
    lost: int
    doubled: int
    wrong: Counter[str]

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged:,} acknowledged, {self.stored:,} stored, {self.lost} lost,"
            f" {self.doubled} doubled, {self.wrong.total()} differences in visits {dict(self.wrong)}"
        )


def judge(installation: Installation, *loads: Load) -> Judgement:
    """Compare what was acknowledged with what is stored, and the visits with their hits."""
    stored = stored_numbers(installation)
    acknowledged = set[int]().union(*(load.acknowledged for load in loads))
    return Judgement(
        len(acknowledged),
        len(stored),
        lost=len(acknowledged - stored.keys()),
        doubled=sum(number.times - 1 for number in stored.values()),
        wrong=differences(installation),
    )


def out_of_order(installation: Installation, load: Load) -> int:
    """Return how many hits are behind one that their visitor sent after their acknowledgement.

    All hits of the load must have been acknowledged: then, when one is sent, all that were sent
    before are, but for those of the other connections.
    """
    result, visitors = load.result, load.hits.visitors
    assert result.sent == result.accepted, result.answers
    stored = stored_numbers(installation)
    answered_at = {number: position for position, number in enumerate(result.acknowledged)}
    pairs = (
        (stored.get(load.hits.first + number), stored.get(load.hits.first + number + visitors))
        for number in range(result.sent - visitors)
        if answered_at[number] < number + visitors - load.connections
    )
    return sum(
        late.hit_id < early.hit_id or late.at < early.at for early, late in pairs if early and late
    )
