"""The messages of many visitors, ready to be sent: what the tracker says, made up before the clock runs."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import log
from random import Random
from typing import NamedTuple

from benchmarks.agents import AGENTS

PAGES_COUNT = 3000
# A page of rank r is asked for in proportion to 1 / r: a few pages have most of the views.
ZIPF_EXPONENT = 1.0
# Sites are skewed the same way: the first of twenty has a quarter of the hits.
GOES_ON = 0.62
VIEWS_MAX_COUNT = 10
EVENT_SHARE = 0.16
STAY_SECONDS, STAY_SPREAD = 30, 0.9
# Visits begin over this long in the order of requests, so that the hits of many are interleaved.
SPREAD_SECONDS = 600
IPV6_SHARE = 0.4
# The part of an address that a round of the same visits has of its own; three digits each.
ROUND_FROM, ROUNDS = 100, 156

REFERRERS = (
    (34, ""),
    (28, "https://www.google.com/"),
    (4, "https://www.bing.com/"),
    (4, "https://duckduckgo.com/"),
    (3, "https://www.ecosia.org/"),
    (4, "https://github.com/"),
    (4, "https://www.reddit.com/r/selfhosted/"),
    (4, "https://t.co/aBcDeFgHiJ"),
    (3, "https://news.ycombinator.com/"),
    (3, "https://www.linkedin.com/feed/"),
    (3, "https://chatgpt.com/"),
    (2, "https://l.facebook.com/"),
    (2, "https://www.youtube.com/"),
    (1, "https://www.perplexity.ai/"),
    (1, "https://blog.example.org/2025/06/what-we-use"),
)
CAMPAIGNS = (
    (88, ""),
    (5, "?utm_source=newsletter&utm_medium=email&utm_campaign=june"),
    (4, "?utm_source=google&utm_medium=cpc&utm_campaign=brand&gclid=EAIaIQobChMI"),
    (2, "?utm_source=linkedin&utm_medium=paid-social&utm_campaign=launch"),
    (1, "?ref=producthunt"),
)
LANGUAGES = (
    (40, "en-US,en;q=0.9"),
    (18, "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7"),
    (9, "en-GB,en;q=0.9"),
    (8, "fr-FR,fr;q=0.9,en;q=0.8"),
    (6, "es-ES,es;q=0.9"),
    (5, "pt-BR,pt;q=0.9,en;q=0.8"),
    (4, "nl-NL,nl;q=0.9,en;q=0.8"),
    (4, "it-IT,it;q=0.9"),
    (3, "pl-PL,pl;q=0.9"),
    (3, "ja-JP,ja;q=0.9"),
)
EVENTS: tuple[tuple[int, tuple[str, str, tuple[str, ...]]], ...] = (
    (40, ("Outbound link", "href", tuple(f"https://partner-{n}.example/" for n in range(40)))),
    (20, ("Download", "file", tuple(f"/files/report-{n}.pdf" for n in range(25)))),
    (20, ("Signup", "plan", ("Free", "Pro", "Team"))),
    (12, ("Search", "term", tuple(f"term {n}" for n in range(200)))),
    (8, ("Video", "action", ("play", "pause", "end"))),
)
SECTIONS = ("blog", "docs", "products", "help", "news", "guides", "topics", "archive")
# Public first parts: an address from inside a network would be somebody else's.
IPV4_FIRST = tuple(range(101, 127)) + tuple(range(128, 169)) + tuple(range(173, 192))


class Target(NamedTuple):
    """A site to send to."""

    key: str
    domain: str


class Request(NamedTuple):
    """One message. The visitor's address is `before`, a number of three digits, `after`."""

    before: str
    after: str
    agent: str
    language: str
    origin: str
    body: bytes


class Lot:
    """Things of which some are drawn more often than others."""

    def __init__(self, weights: Sequence[float]) -> None:
        self.sums = list(accumulate(weights))

    def draw(self, random: Random) -> int:
        """Return the position of the thing that is drawn."""
        return bisect(self.sums, random.random() * self.sums[-1], hi=len(self.sums) - 1)


def zipf(count: int, exponent: float = ZIPF_EXPONENT) -> list[float]:
    """Return the weights of `count` ranks, the most popular first."""
    return [1 / rank**exponent for rank in range(1, count + 1)]


class Traffic:
    """What `visits` visits send to some sites, the same for the same seed.

    A round sends each message once, visits interleaved as they are in life; in the next round the same
    is done by other visitors, whose addresses differ.
    """

    def __init__(self, targets: Sequence[Target], visits: int, seed: int = 1) -> None:
        self.random = Random(seed)
        self.targets = targets
        self.paths = [_path(number) for number in range(PAGES_COUNT)]
        self.page_lot = Lot(zipf(PAGES_COUNT))
        self.site_lot = Lot(zipf(len(targets)))
        self.agent_lot = Lot([agent.weight for agent in AGENTS])
        self.referrer_lot = Lot([weight for weight, _ in REFERRERS])
        self.campaign_lot = Lot([weight for weight, _ in CAMPAIGNS])
        self.language_lot = Lot([weight for weight, _ in LANGUAGES])
        self.event_lot = Lot([weight for weight, _ in EVENTS])
        timed = [step for number in range(visits) for step in self._visit(number)]
        timed.sort(key=lambda step: step[0])
        self.requests = [request for _, request in timed]

    def messages(self, host: str, first: int = 0) -> Iterator[bytes]:
        """Return whole HTTP requests, from a round on; joining three parts is all that is left to do."""
        return _messages([to_parts(request, host) for request in self.requests], first)

    def _visit(self, number: int) -> Iterator[tuple[float, Request]]:
        """Yield the messages of one visit, each with its place in time."""
        random = self.random
        agent = AGENTS[self.agent_lot.draw(random)]
        target = self.targets[self.site_lot.draw(random)]
        language = LANGUAGES[self.language_lot.draw(random)][1]
        before, after = _address(random, number)
        referrer = REFERRERS[self.referrer_lot.draw(random)][1]
        query = CAMPAIGNS[self.campaign_lot.draw(random)][1]
        at = random.random() * SPREAD_SECONDS
        for _ in range(VIEWS_MAX_COUNT):
            origin = f"https://{target.domain}"
            url = f"{origin}{self.paths[self.page_lot.draw(random)]}"
            page = {"site": target.key, "url": url + query, "referrer": referrer}
            page["screen"] = agent.screen
            yield at, Request(before, after, agent.text, language, origin, _json(page))
            if random.random() < EVENT_SHARE:
                event = {**page, **self._event()}
                yield at + 1, Request(before, after, agent.text, language, origin, _json(event))
            if random.random() > GOES_ON:
                return
            referrer, query = url, ""
            at += random.lognormvariate(log(STAY_SECONDS), STAY_SPREAD)

    def _event(self) -> dict[str, object]:
        name, key, values = EVENTS[self.event_lot.draw(self.random)][1]
        return {"name": name, "props": {key: self.random.choice(values)}}


def to_parts(request: Request, host: str) -> tuple[bytes, bytes]:
    """Return the HTTP request as a browser sends it by way of a proxy, without three digits."""
    head = (
        f"POST /t HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\n"
        f"X-Forwarded-For: {request.before}"
    )
    tail = (
        f"{request.after}\r\nContent-Length: {len(request.body)}\r\n"
        f"User-Agent: {request.agent}\r\nContent-Type: text/plain;charset=UTF-8\r\nAccept: */*\r\n"
        f"Origin: {request.origin}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"
        f"Sec-Fetch-Dest: empty\r\nReferer: {request.origin}/\r\n"
        f"Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: {request.language}\r\n\r\n"
    )
    return head.encode(), tail.encode() + request.body


def _messages(parts: Sequence[tuple[bytes, bytes]], first: int) -> Iterator[bytes]:
    for number in range(first, first + ROUNDS):
        middle = b"%d" % (ROUND_FROM + number % ROUNDS)
        for before, after in parts:
            yield before + middle + after


def _address(random: Random, number: int) -> tuple[str, str]:
    """Return the parts of a visitor's address; every number is another visitor."""
    high, low = divmod(number, 250)
    if random.random() < IPV6_SHARE:
        # The round is in the first half: providers give each customer a network of their own.
        return "2a02:", f":{high & 0xFFFF:x}:{low:x}::{random.getrandbits(16) or 1:x}"
    first, third = divmod(high, 250)
    return f"{IPV4_FIRST[first % len(IPV4_FIRST)]}.", f".{third}.{low + 1}"


def _path(number: int) -> str:
    if number == 0:
        return "/"
    return f"/{SECTIONS[number % len(SECTIONS)]}/{number:04d}-what-people-look-for"


def _json(fields: dict[str, object] | dict[str, str]) -> bytes:
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
