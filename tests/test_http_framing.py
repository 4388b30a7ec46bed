"""Requests whose end is not certain: nothing behind them is served."""

from __future__ import annotations

import json

import pytest

from testing.connection import (
    CHUNKED,
    GET,
    HOST,
    POST,
    SMUGGLED,
    connect,
)
from testing.framing import MALFORMED


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
