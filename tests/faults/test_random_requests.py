"""What no tracker would send, through every door of collection: nothing of it is an error of ours."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import pytest

from testing.server import FIREFOX, PROJECT, Server
from testing.wire import Client, get, post

pytestmark = pytest.mark.faults

RANDOM_REQUESTS = 20_000
CLIENTS = 16
USER_AGENT = b"User-Agent: " + FIREFOX.encode()
NAUGHTY_STRINGS: list[str] = json.loads(
    (Path(__file__).parent / "data" / "naughty_strings.json").read_text(encoding="ascii")
)
CRAWLERS: list[str] = json.loads(
    (PROJECT / "visits" / "tests" / "data" / "crawlers.json").read_text(encoding="utf-8")
)
# What has made URL parsers, JSON readers and databases of others stumble.
OUR_STRINGS = [
    "http:", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\ufeff", "\uffff", "\u202e\u2066", "\u0301" * 500,
    "x" * 5_000, "/" * 5_000, "?" * 3_000, "&" * 3_000, "%" * 999, "%00", "%ff%fe", "%u0041", "%2e%2e%2f",
    "http://[", "http://[::1", "http://[v1.a]/", "http://[::1%25eth0]/", "http://]/", "//", "///", ":",
    "http://example.com:99999/", "http://example.com:-1/", "http://example.com:\uff18/", "http://a:b@c@d/",
    "http://\u2100/", "http://xn--/", "http://xn--a/", "http://" + "a." * 200, "https://example.com/\\..\\",
    "http://example.com\u2100/", "javascript:alert(1)", "data:,x", "file:///etc/passwd", "-0", "1e999", "NaN",
    "99999999999999999999", "-9223372036854775809", "2026-13-45T99:99:99Z", "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
]  # fmt: skip
STRINGS = [*NAUGHTY_STRINGS, *OUR_STRINGS]


def test_random_requests_end_in_an_answer(server: Server) -> None:
    random = Random(20_261_121)
    key = server.site_key()

    statuses = send_all(server, (random_request(random, key) for _ in range(RANDOM_REQUESTS)))

    report("random requests", statuses)
    assert_unharmed(server, statuses, "/after-random-requests")


def test_naughty_strings_end_in_an_answer(server: Server) -> None:
    key = server.site_key()

    statuses = send_all(server, (one for text in STRINGS for one in everywhere(text, key)))

    report(f"requests with {len(STRINGS)} naughty strings", statuses)
    assert_unharmed(server, statuses, "/after-naughty-strings")


def test_crawlers_end_in_an_answer(server: Server) -> None:
    key = server.site_key()

    statuses = send_all(server, (one for name in CRAWLERS for one in as_crawler(name, key)))

    report(f"requests of {len(CRAWLERS)} crawlers", statuses)
    assert_unharmed(server, statuses, "/after-crawlers")


# Sending


def send_all(server: Server, requests: Iterable[bytes]) -> Counter[int]:
    """Send the requests over some connections and return how often each status was answered."""
    waiting = iter(requests)

    async def send() -> Counter[int]:
        client = Client(server.port)
        statuses = Counter([(await client.ask(request)).status for request in waiting])
        await client.close()
        return statuses

    async def send_from_all() -> list[Counter[int]]:
        return await asyncio.gather(*(send() for _ in range(CLIENTS)))

    return sum(asyncio.run(send_from_all()), Counter())


def report(what: str, statuses: Counter[int]) -> None:
    print(f"\n{statuses.total()} {what}: answered {dict(sorted(statuses.items()))}")


def assert_unharmed(server: Server, statuses: Counter[int], path: str) -> None:
    """No errors and no silence, nothing in the log, and every door counts the next hit."""
    assert max(statuses) < 500
    assert 0 not in statuses
    assert errors(server.log) == []
    url = f"https://example.com{path}"
    assert server.ask("/t", json.dumps({"site": server.site_key(), "url": url}).encode())[0] == 204
    assert server.ask(f"/t/{server.site_key()}.gif?url={url}")[0] == 200
    assert server.ask(f"/sites/1/visit?event=pageview&url={url}")[0] == 204
    assert server.hits_on(path) == 3


def errors(log: str) -> list[str]:
    """Return the log's lines that tell of an error; a wrong Host header is none of ours."""
    return [
        line
        for line in log.splitlines()
        if ("Traceback" in line or "unhandled" in line or '"level": "error"' in line)
        and '"event": "request_refused"' not in line
    ]


# A string in every place


def everywhere(text: str, key: str) -> Iterator[bytes]:
    """Yield a request for each place where a sender can put a text."""
    for fields in fields_with(text):
        yield post(
            "/t", as_json({"site": key, "url": "https://example.com/", **fields}), USER_AGENT
        )
    for query in ({"url": text}, {"url": f"https://example.com/{text}", "event": text}):
        yield get(f"/t/{key}.gif?{encoded(query)}", USER_AGENT)
        yield get(f"/sites/1/visit?{encoded(query)}", USER_AGENT)
        yield post("/sites/1/visit", encoded(query).encode(), USER_AGENT)
    for name in (b"User-Agent", b"Referer", b"Accept-Language", b"Origin", b"X-Forwarded-For"):
        header = name + b": " + header_value(text)
        yield get(f"/t/{key}.gif?url=https://example.com/", header)


def fields_with(text: str) -> Iterator[dict[str, object]]:
    yield {"site": text}
    yield {"url": text}
    yield {"url": f"https://example.com/{text}"}
    yield {"url": f"https://example.com/?utm_source={text}&utm_campaign={text}"}
    yield {"referrer": text}
    yield {"referrer": f"https://{text}/"}
    yield {"name": text}
    yield {"screen": text}
    yield {"id": text}
    yield {"props": {text: text}}
    yield {"props": text}
    yield {"revenue": {"amount": text, "currency": text}}
    yield {"revenue": {"amount": 1, "currency": text}}
    yield {"name": "engagement", "engaged": text, "scroll": text}
    yield {text: text}


def as_crawler(name: str, key: str) -> Iterator[bytes]:
    header = b"User-Agent: " + header_value(name)
    url = "https://example.com/seen-by-a-crawler"
    yield post("/t", as_json({"site": key, "url": url}), header)
    yield get(f"/t/{key}.gif?url={url}", header)
    yield get(f"/sites/1/visit?event=pageview&url={url}", header)
    yield post("/sites/1/visit", f"event=pageview&url={url}".encode(), header)


def as_json(fields: dict[str, object]) -> bytes:
    return json.dumps(fields).encode()


def encoded(query: dict[str, str]) -> str:
    return urlencode(query, errors="replace")[:20_000]


def header_value(text: str) -> bytes:
    """Return the text without what would end the header; it would not arrive in it."""
    value = text.encode("utf-8", "replace")
    return bytes(byte for byte in value if byte >= 32 and byte != 127).strip()[:8_000]


# Chance

PLACES = ["site", "url", "name", "referrer", "screen", "props", "interactive", "engaged", "scroll"]
PLACES += ["revenue", "id", "event", "\u2028", "__proto__", ""]
HEADERS = [b"User-Agent", b"Referer", b"Accept-Language", b"Origin", b"Content-Type", b"Cookie"]
HEADERS += [b"X-Forwarded-For", b"Forwarded", b"DNT", b"Sec-GPC", b"Sec-Purpose", b"Purpose"]
HEADERS += [b"Content-Encoding", b"Host", b"Accept-Encoding", b"X-HTTP-Method-Override", b"Upgrade"]
METHODS = [b"GET", b"POST", b"OPTIONS", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"PROPFIND"]
NUMBERS = [0, -1, 1.5, 10**30, -(10**400), 1e308, float("nan"), float("inf"), 2**63, 8_000]


def random_request(random: Random, key: str) -> bytes:
    method, path = random.choice(
        [
            (b"POST", "/t"),
            (b"POST", "/t"),
            (b"GET", f"/t/{key}.gif"),
            (b"GET", "/sites/1/visit"),
            (b"POST", "/sites/1/visit"),
        ]
    )
    if random.random() < 0.05:
        method = random.choice(METHODS)
    if random.random() < 0.02:
        path = f"/t/{quote(random_text(random))}.gif"
    if method != b"POST" or random.random() < 0.2:
        path += "?" + random_query(random)
    body = random_body(random, key) if method != b"GET" else b""
    headers = [random_header(random) for _ in range(random.randrange(6))]
    head = post(path, body, USER_AGENT, *headers)
    return method + head.removeprefix(b"POST")


def random_header(random: Random) -> bytes:
    if random.random() < 0.02:
        # Anything at all, which the server may refuse to read as HTTP.
        return random.randbytes(random.randrange(60)).replace(b"\r", b"").replace(b"\n", b"")
    junk = bytes(
        byte for byte in random.randbytes(random.randrange(200)) if byte >= 32 and byte != 127
    )
    value = random.choice([junk, header_value(random_text(random)), b"1", b"de-AT,de;q=0.9", b""])
    return random.choice(HEADERS) + b": " + value


def random_query(random: Random) -> str:
    names = [random.choice(PLACES) for _ in range(random.randrange(8))]
    pairs = [f"{quote(name)}={quote(random_text(random))}" for name in names]
    return "&".join(random.choice([pairs, [*pairs, "url=https://example.com/"], ["&" * 300]]))


def random_body(random: Random, key: str) -> bytes:
    sound = {"site": key, "url": "https://example.com/random", "name": "pageview"}
    wild = {random.choice(PLACES): random_value(random) for _ in range(random.randrange(4))}
    whole = as_json({**sound, **wild})
    return random.choice(
        [
            lambda: whole,
            lambda: whole,
            lambda: whole[: random.randrange(len(whole))],
            lambda: with_wrong_bytes(random, whole),
            lambda: whole.decode().encode(random.choice(["utf-16", "utf-8-sig", "utf-32"])),
            lambda: json.dumps(random_value(random)).encode(),
            lambda: random.randbytes(random.randrange(2_000)),
            lambda: (
                random.choice([b"[", b'{"a":', b"\xff", b"1", b'"']) * random.randrange(1, 20_000)
            ),
            lambda: random_query(random).encode(),
        ]
    )()


def with_wrong_bytes(random: Random, whole: bytes) -> bytes:
    wrong = bytearray(whole)
    for _ in range(random.randrange(1, 6)):
        wrong[random.randrange(len(wrong))] = random.randrange(256)
    return bytes(wrong)


def random_value(random: Random, depth: int = 0) -> object:
    kind = random.randrange(7 if depth < 4 else 5)
    if kind == 5:
        return [random_value(random, depth + 1) for _ in range(random.randrange(5))]
    if kind == 6:
        length = random.choice([1, 2, 5, 40])
        return {random_text(random): random_value(random, depth + 1) for _ in range(length)}
    return [random_text(random), random.choice(NUMBERS), None, random.random() < 0.5, ""][kind]


def random_text(random: Random) -> str:
    letters = "".join(chr(random.randrange(0x11000)) for _ in range(random.randrange(30)))
    clean = letters.encode("utf-8", "replace").decode()
    url = f"https://example.com/{clean}?utm_source={clean}#{clean}"
    return random.choice([random.choice(STRINGS).encode("utf-8", "replace").decode(), clean, url])
