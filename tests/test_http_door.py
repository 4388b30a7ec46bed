"""What a connection may send before uvicorn and the application care, told to the protocol piece by piece."""

from __future__ import annotations

import asyncio

import pytest

from testing.connection import (
    CHUNKED,
    GET,
    KEEP_ALIVE_SECONDS,
    POST,
    SMUGGLED,
    Connection,
    connect,
    head,
)
from tracking_project import http
from tracking_project.http import HEAD_MAX_BYTES, HEAD_SECONDS, LINGER_SECONDS

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
