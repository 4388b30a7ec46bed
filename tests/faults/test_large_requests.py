"""Requests that never end: bodies of 200 MB, heads of 50 MB, and lengths that are not true."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterable, Iterator

import pytest

from testing.server import Server
from testing.wire import Outcome, pour

pytestmark = pytest.mark.faults

BODY_BYTES = 200 * 1024 * 1024
HEAD_BYTES = 50 * 1024 * 1024
PIECE = b"x" * 65536
TAKEN_MAX_BYTES = 4 * 1024 * 1024
GROWTH_MAX_BYTES = 10 * 1024 * 1024
SMALL_BOMB = gzip.compress(b"0" * 60_000_000)
FORM = b"Content-Type: multipart/form-data; boundary=x\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
# What a form sends before the content of its file.
FILE_BEGINS = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'


def begin(path: str, *headers: bytes) -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n" % (path.encode(), b"".join(headers))


def length(size_bytes: int) -> bytes:
    return b"Content-Length: %d\r\n" % size_bytes


def endless(start: bytes, size_bytes: int = BODY_BYTES) -> Iterator[bytes]:
    yield start
    for _ in range(size_bytes // len(PIECE)):
        yield PIECE


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def in_chunks(start: bytes) -> Iterator[bytes]:
    yield start
    for _ in range(BODY_BYTES // len(PIECE)):
        yield chunk(PIECE)
    yield b"0\r\n\r\n"


def compressed(path: str) -> Iterator[bytes]:
    """Yield 200 MB that are gzip all the way: the same small member again and again."""
    yield begin(path, length(BODY_BYTES), GZIP)
    for _ in range(BODY_BYTES // len(SMALL_BOMB)):
        yield SMALL_BOMB


PATHS = ["/t", "/t/{key}.gif", "/sites/1/visit", "/accounts/login/"]
BODIES: dict[str, Callable[[str], Iterator[bytes]]] = {
    "chunked": lambda path: in_chunks(begin(path, CHUNKED)),
    "chunked file": lambda path: in_chunks(begin(path, FORM, CHUNKED) + chunk(FILE_BEGINS)),
    "announced": lambda path: endless(begin(path, length(BODY_BYTES))),
    "announced file": lambda path: endless(begin(path, FORM, length(BODY_BYTES)) + FILE_BEGINS),
    "gzip": compressed,
}


async def watch(server: Server, temporary: set[str]) -> None:
    """Note the temporary files that the server has open; they may have no name in the folder."""
    folder = str(server.var / "temporary")
    while True:
        temporary |= {name for name in server.open_files() if name.startswith(folder)}
        await asyncio.sleep(0.01)


def pour_over(server: Server, *streams: Iterable[bytes]) -> tuple[list[Outcome], int]:
    """Pour all streams at once; return how they ended and by how many bytes the server grew."""
    temporary: set[str] = set()

    async def run() -> list[Outcome]:
        watcher = asyncio.create_task(watch(server, temporary))
        outcomes = await asyncio.gather(*(pour(server.port, stream) for stream in streams))
        watcher.cancel()
        return outcomes

    server.forget_most_memory()
    before_bytes = server.memory_bytes()
    outcomes = asyncio.run(run())
    temporary |= {str(path) for path in (server.var / "temporary").iterdir()}
    assert temporary == set()
    return outcomes, server.memory_bytes("VmHWM") - before_bytes


def assert_next_hit_is_counted(server: Server, path: str) -> None:
    body = json.dumps({"site": server.site_key(), "url": f"https://example.com{path}"}).encode()

    assert server.ask("/t", body)[0] == 204
    assert server.hits_on(path) == 1
    assert "Traceback" not in server.log


@pytest.fixture(scope="module", autouse=True)
def warm(server: Server) -> None:
    """Let the server load what it loads on first use: that is no growth."""
    server.ask("/accounts/login/")
    server.ask("/accounts/login/", b"login=nobody")
    server.ask(
        "/t", json.dumps({"site": server.site_key(), "url": "https://example.com/"}).encode()
    )


def test_large_bodies_are_refused_after_four_megabytes(server: Server) -> None:
    """Figures: 413 after at most 4 MB of 200 MB; memory grows by 10 MB at most; no temporary file."""
    most_taken, most_growth = 0, 0
    for kind, pieces in BODIES.items():
        for path in PATHS:
            [outcome], growth_bytes = pour_over(server, pieces(path.format(key=server.site_key())))
            assert outcome.status == 413, (kind, path, outcome)
            assert outcome.taken_bytes <= TAKEN_MAX_BYTES, (kind, path, outcome.taken_bytes)
            assert growth_bytes <= GROWTH_MAX_BYTES, (kind, path, growth_bytes)
            most_taken = max(most_taken, outcome.taken_bytes)
            most_growth = max(most_growth, growth_bytes)

    streams = [pieces(path) for pieces in BODIES.values() for path in PATHS]
    outcomes, growth_bytes = pour_over(server, *streams)

    print(
        f"\n{len(streams)} kinds of 200 MB: 413 after {most_taken / 1e6:.2f} MB at most, memory grows"
        f" by {most_growth / 1e6:.1f} MB at most, {growth_bytes / 1e6:.1f} MB with all at once"
    )
    assert {outcome.status for outcome in outcomes} == {413}
    assert growth_bytes <= len(streams) * GROWTH_MAX_BYTES
    assert_next_hit_is_counted(server, "/after-large-bodies")


@pytest.mark.parametrize(
    ("kind", "pieces", "status"),
    [
        ("10 bytes announced, 200 MB sent", endless(begin("/t", length(10))), 400),
        ("200 MB announced, 10 bytes sent", [begin("/t", length(BODY_BYTES)) + b"x" * 10], 408),
        ("64 bytes announced, none sent", [begin("/t", length(64))], 408),
        ("a chunk of 4 GB announced", in_chunks(begin("/t", CHUNKED) + b"ffffffff\r\n"), 413),
        ("a chunk of 1 byte with 9 sent", [begin("/t", CHUNKED) + b"1\r\n" + b"x" * 9], 400),
        (
            "60 MB in 58 KB of gzip",
            [begin("/t", length(len(SMALL_BOMB)), b"Connection: close\r\n", GZIP) + SMALL_BOMB],
            400,
        ),
    ],
)
def test_lengths_that_are_not_true_cost_nothing(
    server: Server, kind: str, pieces: Iterable[bytes], status: int
) -> None:
    [outcome], growth_bytes = pour_over(server, pieces)

    print(
        f"\n{kind}: {outcome.status} after {outcome.seconds:.1f} s and"
        f" {outcome.taken_bytes / 1e6:.2f} MB, memory grows by {growth_bytes / 1e6:.1f} MB"
    )
    assert outcome.status == status
    assert outcome.taken_bytes <= TAKEN_MAX_BYTES
    assert growth_bytes <= GROWTH_MAX_BYTES


GET = b"GET /t.js HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HEADERS = b"a: b\r\n" * 10_000


def flood(start: bytes, piece: bytes) -> Iterator[bytes]:
    yield start
    for _ in range(HEAD_BYTES // len(piece)):
        yield piece


@pytest.mark.parametrize(
    ("kind", "pieces", "status"),
    [
        ("a header", flood(GET + b"X: ", PIECE), 431),
        ("headers", flood(GET, HEADERS), 431),
        ("a URL", flood(b"GET /", PIECE), 431),
        ("a method", flood(b"", PIECE), 400),
        ("empty lines", flood(b"", b"\r\n" * 30_000), 431),
        ("headers after the body", flood(begin("/t", CHUNKED) + b"0\r\n", HEADERS), 413),
        ("a header after the body", flood(begin("/t", CHUNKED) + b"0\r\nX: ", PIECE), 413),
        ("a comment on a chunk", flood(begin("/t", CHUNKED) + b"1;", PIECE), 413),
    ],
)
def test_endless_head_is_refused(
    server: Server, kind: str, pieces: Iterable[bytes], status: int
) -> None:
    """Figures: refused after at most 4 MB of 50 MB, memory grows by 10 MB at most."""
    [outcome], growth_bytes = pour_over(server, pieces)

    print(
        f"\n50 MB of {kind}: {outcome.status} after {outcome.taken_bytes / 1e6:.2f} MB,"
        f" memory grows by {growth_bytes / 1e6:.1f} MB"
    )
    assert outcome.status == status
    assert outcome.taken_bytes <= TAKEN_MAX_BYTES
    assert growth_bytes <= GROWTH_MAX_BYTES


def test_hit_after_the_floods_is_counted(server: Server) -> None:
    assert_next_hit_is_counted(server, "/after-floods")
