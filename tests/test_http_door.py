"""What a connection may send before uvicorn and the application care, told to the protocol piece by piece."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from testing.framing import MALFORMED
from tracking_project import http
from tracking_project.http import HEAD_MAX_BYTES, HEAD_SECONDS, LINGER_SECONDS, BoundedProtocol

KEEP_ALIVE_SECONDS = 65
HOST = b"Host: stats.example.com\r\n"
GET = b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /first HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


class Timer:
    def __init__(self, due_at: float, callback: Callable[[], object]) -> None:
        self.due_at = due_at
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Clock:
    """The loop as the protocol knows it: it starts tasks, and its time passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []
        self.create_task = asyncio.get_running_loop().create_task

    def call_later(
        self, delay: float, callback: Callable[..., object], *arguments: object
    ) -> Timer:
        timer = Timer(self.now + delay, lambda: callback(*arguments))
        self.timers.append(timer)
        return timer

    def running(self) -> list[Timer]:
        return [timer for timer in self.timers if not timer.is_cancelled]

    def advance(self, seconds: float) -> None:
        self.now += seconds
        for timer in self.running():
            if timer.due_at <= self.now and not timer.is_cancelled:
                self.timers.remove(timer)
                timer.callback()


class Wire:
    """The other end: what was written to it, and how the connection ended."""

    def __init__(self) -> None:
        self.written = b""
        self.is_half_closed = False
        self.is_closed = False
        self.is_reset = False

    def write(self, data: bytes) -> None:
        assert not self.is_half_closed, "written after the end"
        self.written += data

    def write_eof(self) -> None:
        self.is_half_closed = True

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = self.is_reset = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str, default: object = None) -> object:
        return default

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


@dataclass(frozen=True)
class Seen:
    """What had happened when the last step was played; `served` are the paths and bodies."""

    statuses: list[int]
    written: bytes
    served: list[tuple[str, bytes]]
    headers: list[tuple[bytes, bytes]]
    has_ended: bool
    is_reset: bool
    timers: list[Timer]


class Connection:
    """A connection to an application that echoes nothing and remembers everything."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.wire = Wire()
        self.served: list[tuple[str, bytes]] = []
        self.headers: list[tuple[bytes, bytes]] = []
        self.release = asyncio.Event()
        config = Config(
            self._application,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        config.load()
        self.protocol = BoundedProtocol(config, ServerState(), {}, cast("Any", self.clock))
        self.protocol.connection_made(cast("asyncio.Transport", self.wire))

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer 200 after the body; /eager answers before it, /slow when the test says so."""
        body = b""
        while scope["path"] != "/eager":
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        if scope["path"] == "/slow":
            await self.release.wait()
        self.served.append((scope["path"], body))
        self.headers = list(scope["headers"])
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
        )
        await send({"type": "http.response.body", "body": b"ok"})

    async def play(self, step: bytes | float) -> None:
        """Receive data, or let seconds pass; 0 lets the slow answers go."""
        if isinstance(step, bytes):
            self.protocol.data_received(step)
        elif step:
            self.clock.advance(step)
        else:
            self.release.set()
        for _ in range(20):
            await asyncio.sleep(0)

    async def lose(self) -> None:
        self.protocol.connection_lost(None)
        await self.play(0)

    def seen(self) -> Seen:
        return Seen(
            [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.wire.written)],
            self.wire.written,
            self.served,
            self.headers,
            self.wire.is_closed or self.wire.is_half_closed,
            self.wire.is_reset,
            self.clock.running(),
        )


def connect(*steps: bytes | float) -> Seen:
    """Play the steps on a new connection and return what came of them; then the connection is lost."""

    async def play() -> Seen:
        connection = Connection()
        for step in steps:
            await connection.play(step)
        seen = connection.seen()
        await connection.lose()
        return seen

    return asyncio.run(play())


def head(size_bytes: int, path: bytes = b"/first") -> bytes:
    """Return the head of a request, of exactly that size."""
    start = b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"X: "
    return start + b"x" * (size_bytes - len(start) - 4) + b"\r\n\r\n"


# What works as before


@pytest.mark.parametrize("pieces", [[GET], [bytes([byte]) for byte in GET]])
def test_request_is_answered_however_it_is_cut(pieces: list[bytes]) -> None:
    seen = connect(*pieces)

    assert (seen.statuses, seen.served, seen.has_ended) == ([200], [("/first", b"")], False)


@pytest.mark.parametrize(
    "request_bytes",
    [
        POST + b"Content-Length: 4\r\n\r\nbody",
        CHUNKED + b"4\r\nbody\r\n0\r\n\r\n",
        CHUNKED + b"1;a=b\r\nb\r\n3\r\nody\r\n0\r\nX-Trailer: 1\r\n\r\n",
        POST + b"transfer-encoding: CHUNKED\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    ],
)
def test_body_is_read_however_it_is_cut(request_bytes: bytes) -> None:
    for pieces in ([request_bytes], [bytes([byte]) for byte in request_bytes]):
        seen = connect(*pieces, SMUGGLED)

        assert seen.served == [("/first", b"body"), ("/smuggled", b"")]


def test_connection_is_kept_and_closed_when_nothing_more_comes() -> None:
    assert connect(GET, KEEP_ALIVE_SECONDS - 1, GET).statuses == [200, 200]
    assert connect(GET, KEEP_ALIVE_SECONDS).has_ended


def test_requests_sent_ahead_are_answered_in_their_order() -> None:
    slow = GET.replace(b"/first", b"/slow")

    seen = connect(slow + GET + SMUGGLED, 0)

    assert [path for path, _ in seen.served] == ["/slow", "/first", "/smuggled"]


def test_whole_request_leaves_no_timer_but_the_one_between_requests() -> None:
    assert [timer.due_at for timer in connect(GET).timers] == [KEEP_ALIVE_SECONDS]
    assert connect(GET.replace(b"/first", b"/slow")).timers == []


# The head


def test_connection_that_never_sends_is_closed() -> None:
    seen = connect(KEEP_ALIVE_SECONDS)

    assert (seen.has_ended, seen.written) == (True, b"")


@pytest.mark.parametrize("before", [[], [GET]])
@pytest.mark.parametrize("drip", [b"\r\n", b"G", GET[:-2], POST + b"X: "])
def test_head_that_is_not_complete_in_time_is_refused(before: list[bytes], drip: bytes) -> None:
    answered = [200 for _ in before]

    assert connect(*before, drip, HEAD_SECONDS - 1).statuses == answered
    seen = connect(*before, drip, HEAD_SECONDS)

    assert (seen.statuses, seen.has_ended) == ([*answered, 408], True)


@pytest.mark.parametrize("byte", [b"\r\n", b"x"])
def test_dripping_does_not_move_the_deadline(byte: bytes) -> None:
    drips = [step for _ in range(HEAD_SECONDS) for step in (byte, 1)]
    begun = GET[:-2] + b"X: " if byte == b"x" else b"\r\n"

    assert connect(begun, *drips).statuses == [408]


def test_empty_lines_do_not_put_off_the_deadline_of_the_head() -> None:
    assert connect(b"\r\n", HEAD_SECONDS - 1, GET[:-2], 1).statuses == [408]


def test_each_head_has_its_own_time() -> None:
    half, rest = GET[:20], GET[20:]

    assert connect(half, 9, rest + half, 9, rest).statuses == [200, 200]


def test_late_head_does_not_cut_off_the_answer_before_it() -> None:
    slow = GET.replace(b"/first", b"/slow")

    seen = connect(slow, GET[:20], HEAD_SECONDS, GET[20:], 0)

    assert (seen.statuses, seen.has_ended) == ([200], True)
    assert [path for path, _ in seen.served] == ["/slow"]


def test_head_of_the_largest_size_is_read() -> None:
    whole = head(HEAD_MAX_BYTES)

    assert connect(whole).statuses == [200]
    assert connect(*[whole[at : at + 1000] for at in range(0, len(whole), 1000)]).statuses == [200]
    assert connect(GET, whole, whole).statuses == [200, 200, 200]


@pytest.mark.parametrize("piece_bytes", [1000, 1448, HEAD_MAX_BYTES, 10**7])
@pytest.mark.parametrize("size_bytes", [HEAD_MAX_BYTES + 1, 300_000])
@pytest.mark.parametrize("before", [[], [GET]])
def test_larger_head_is_refused(before: list[bytes], size_bytes: int, piece_bytes: int) -> None:
    large = head(size_bytes)
    pieces = [large[at : at + piece_bytes] for at in range(0, len(large), piece_bytes)]

    seen = connect(*before, *pieces)

    assert (seen.statuses[-1], len(seen.served), seen.has_ended) == (431, len(before), True)


def test_endless_url_is_refused() -> None:
    assert connect(b"GET /" + b"x" * 40_000).statuses == [431]


def test_endless_empty_lines_are_refused() -> None:
    assert connect(b"\r\n" * 20_000).statuses == [431]


def test_body_before_a_head_is_not_counted_with_it() -> None:
    body = b"x" * 30_000
    begun = POST + b"Content-Length: 30000\r\n\r\n"

    seen = connect(begun + body[:100], body[100:] + GET[:20], GET[20:-2] + b"X: " + b"x" * 9_000)

    assert seen.statuses == [200]


def test_refused_sender_may_finish_before_the_connection_is_reset() -> None:
    flood = b"GET /" + b"x" * 40_000
    more = b"x" * 400_000

    assert not connect(flood, more, LINGER_SECONDS - 1).is_reset
    assert connect(flood, more, more, more).is_reset
    assert connect(flood, LINGER_SECONDS).is_reset


def test_answer_that_nobody_takes_is_given_up() -> None:
    async def stall() -> Connection:
        connection = Connection()
        connection.protocol.pause_writing()
        await connection.play(http.STALLED_SECONDS - 1)
        connection.protocol.resume_writing()
        await connection.play(2)
        assert not connection.wire.is_reset
        connection.protocol.pause_writing()
        await connection.play(http.STALLED_SECONDS)
        return connection

    assert asyncio.run(stall()).wire.is_reset


# Ambiguous framing


@pytest.mark.parametrize("request_bytes", MALFORMED)
@pytest.mark.parametrize("cut", ["at once", "byte by byte"])
def test_ambiguous_request_is_refused_and_nothing_after_it_is_served(
    request_bytes: bytes, cut: str
) -> None:
    sent = request_bytes + SMUGGLED
    pieces = [sent] if cut == "at once" else [bytes([byte]) for byte in sent]

    seen = connect(*pieces, SMUGGLED)

    assert seen.served == []
    assert (seen.statuses, seen.has_ended) == ([400], True)
    assert json.loads(seen.written.partition(b"\r\n\r\n")[2])["errors"]["request"]


def test_sound_request_is_not_served_when_the_rest_of_the_packet_is_not() -> None:
    seen = connect(POST + b"Content-Length: 4\r\n\r\nbody, and what was not announced")

    assert (seen.statuses, seen.served) == ([400], [])


def test_answer_under_way_is_finished_before_nonsense_closes_the_connection() -> None:
    slow = GET.replace(b"/first", b"/slow")

    seen = connect(slow, b"nonsense", GET, 0)

    assert (seen.statuses, seen.served, seen.has_ended) == ([200], [("/slow", b"")], True)
    assert b"connection: close" in seen.written


def test_broken_body_behind_an_answer_under_way_closes_the_connection() -> None:
    slow = GET.replace(b"/first", b"/slow")

    seen = connect(slow, CHUNKED, b"Z\r\n", 0)

    assert (seen.statuses, seen.has_ended) == ([], True)


def test_broken_rest_of_an_unwanted_body_gets_no_second_answer() -> None:
    eager = CHUNKED.replace(b"/first", b"/eager")

    assert connect(eager, b"Z\r\n").statuses == [200]
    assert connect(eager, b"1\r\nx\r\n", SMUGGLED).statuses == [200]


@pytest.mark.parametrize(
    "closing", [GET.replace(HOST, HOST + b"Connection: close\r\n"), b"GET /first\r\n\r\n"]
)
def test_nothing_is_served_after_a_request_that_closes(closing: bytes) -> None:
    for steps in ([closing + SMUGGLED], [closing, SMUGGLED]):
        assert connect(*steps).served == [("/first", b"")]


@pytest.mark.parametrize("rest", [[SMUGGLED], []])
def test_upgrade_is_answered_as_a_request_and_ends_the_connection(rest: list[bytes]) -> None:
    upgrade = GET.replace(HOST, HOST + b"Connection: upgrade\r\nUpgrade: websocket\r\n")

    seen = connect(upgrade, *rest)

    assert (seen.served, seen.has_ended) == ([("/first", b"")], True)


def test_headers_behind_a_body_are_dropped() -> None:
    seen = connect(CHUNKED + b"0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")

    assert [name for name, _ in seen.headers] == [b"host", b"transfer-encoding"]


@pytest.mark.parametrize(
    "endless",
    [b"1;" + b"x" * 1_200_000, b"0\r\nX: " + b"x" * 1_200_000, b"0\r\n" + b"a:b\r\n" * 250_000],
)
def test_endless_framing_is_refused(endless: bytes) -> None:
    seen = connect(CHUNKED, endless)

    assert (seen.statuses, seen.served) == ([413], [])


def test_small_chunks_are_no_endless_framing() -> None:
    seen = connect(CHUNKED, *[b"1\r\nx\r\n" * 1000] * 100, b"0\r\n\r\n")

    assert seen.served == [("/first", b"x" * 100_000)]


def test_flood_of_requests_sent_ahead_is_cut_off() -> None:
    slow = GET.replace(b"/first", b"/slow")

    seen = connect(slow, *[GET * 100] * 10, 0)

    assert seen.is_reset
    assert len(seen.served) == 1
