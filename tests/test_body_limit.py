"""How much of a request reaches Django, and when."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tracking_project import body_limit
from tracking_project.body_limit import BODY_MAX_BYTES, limit_body

Messages = list[dict[str, Any]]


async def read_body_and_answer(scope: Any, receive: Any, send: Any) -> None:
    """Do as Django does: read to the end, and be silent when the connection is gone."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": [], "size": size})
    await send({"type": "http.response.body", "body": b""})


def in_chunks(*chunks: bytes) -> Messages:
    *first, last = chunks
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in first]
    return [*messages, {"type": "http.request", "body": last, "more_body": False}]


def ask(messages: Messages, content_length: bytes | None = None) -> tuple[Messages, int]:
    """Send the messages, and then nothing; return the answer and how many were read."""
    headers = [] if content_length is None else [(b"content-length", content_length)]
    sent: Messages = []
    unread = iter(messages)
    read: Messages = []

    async def receive() -> dict[str, Any]:
        for message in unread:
            read.append(message)
            return message
        return await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message)

    application = limit_body(read_body_and_answer)
    asyncio.run(application({"type": "http", "headers": headers}, receive, send))
    return sent, len(read)


@pytest.mark.parametrize("content_length", [None, b"%d" % BODY_MAX_BYTES])
def test_body_of_the_largest_size_is_read(content_length: bytes | None) -> None:
    half = b"x" * (BODY_MAX_BYTES // 2)

    sent, _ = ask(in_chunks(half, half), content_length)

    assert (sent[0]["status"], sent[0]["size"]) == (200, BODY_MAX_BYTES)


@pytest.mark.parametrize(
    "content_length", [b"%d" % (BODY_MAX_BYTES + 1), b"9" * 5000, b"-1", b"junk", "٣".encode()]
)
def test_announced_body_that_is_too_large_is_refused_unread(content_length: bytes) -> None:
    sent, read = ask(in_chunks(b"x"), content_length)

    assert (sent[0]["status"], read) == (413, 0)
    assert (b"connection", b"close") in sent[0]["headers"]


def test_body_in_chunks_is_refused_where_it_becomes_too_large() -> None:
    chunk = b"x" * (BODY_MAX_BYTES // 4)

    sent, read = ask(in_chunks(*[chunk] * 100))

    assert (sent[0]["status"], read) == (413, 5)
    assert len(sent) == 2


def test_body_larger_than_announced_is_refused() -> None:
    sent, _ = ask(in_chunks(b"x" * BODY_MAX_BYTES, b"x"), b"10")

    assert sent[0]["status"] == 413


def test_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "BODY_SECONDS", 0)

    sent, read = ask(in_chunks(b"x", b"x")[:1])

    assert (sent[0]["status"], read) == (408, 1)
    assert (b"connection", b"close") in sent[0]["headers"]


def test_sender_who_leaves_gets_no_answer() -> None:
    sent, _ = ask([*in_chunks(b"x", b"x")[:1], {"type": "http.disconnect"}])

    assert sent == []


def test_application_learns_that_the_client_has_left() -> None:
    messages = [*in_chunks(b"x"), {"type": "http.disconnect"}]
    heard: Messages = []

    async def listen(scope: Any, receive: Any, send: Any) -> None:
        heard.extend([await receive(), await receive()])

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(limit_body(listen)({"type": "http", "headers": []}, receive, send))

    assert [message["type"] for message in heard] == ["http.request", "http.disconnect"]
