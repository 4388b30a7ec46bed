"""How much of a body is read, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from visits.collect.body import SenderLeft, TooLarge, TooSlow, read_body

Message = dict[str, Any]


class Sender:
    """Sends the chunks and then is silent. A pause lets the reader wait before each of them."""

    def __init__(self, *chunks: bytes, more: bool = False, pauses: bool = False) -> None:
        self.messages = [
            {"type": "http.request", "body": chunk, "more_body": more or index < len(chunks)}
            for index, chunk in enumerate(chunks, start=1)
        ]
        self.pauses = pauses
        self.read = 0
        self.is_waiting = False

    async def receive(self) -> Message:
        self.is_waiting = True
        try:
            if self.pauses:
                await asyncio.sleep(0)
            if not self.messages:
                await asyncio.Event().wait()
        finally:
            self.is_waiting = False
        self.read += 1
        return self.messages.pop(0)


def read(receive: Callable[[], Awaitable[Message]], deadline_seconds: float = 5) -> bytes:
    return asyncio.run(read_body(receive, 10, deadline_seconds))


@pytest.mark.parametrize("pauses", [False, True])
@pytest.mark.parametrize(
    ("chunks", "body"),
    [
        ([b""], b""),
        ([b"0123456789"], b"0123456789"),
        ([b"01234", b"56789"], b"0123456789"),
        ([b"0", b"", b"1", b""], b"01"),
    ],
)
def test_whole_body_is_returned(chunks: list[bytes], body: bytes, pauses: bool) -> None:
    assert read(Sender(*chunks, pauses=pauses).receive) == body


def test_message_without_its_optional_keys_is_an_empty_body() -> None:
    async def receive() -> Message:
        return {"type": "http.request"}

    assert read(receive) == b""


@pytest.mark.parametrize("pauses", [False, True])
@pytest.mark.parametrize(("chunks", "read_chunks"), [([b"x" * 11], 1), ([b"xxxx"] * 9, 3)])
def test_body_is_read_until_it_is_too_large(
    chunks: list[bytes], read_chunks: int, pauses: bool
) -> None:
    sender = Sender(*chunks, pauses=pauses)

    with pytest.raises(TooLarge):
        read(sender.receive)

    assert sender.read == read_chunks


@pytest.mark.parametrize("chunks", [[], [b"x"], [b"x", b"x"]])
def test_body_that_does_not_end_is_given_up(chunks: list[bytes]) -> None:
    sender = Sender(*chunks, more=True)

    with pytest.raises(TooSlow):
        read(sender.receive, deadline_seconds=0)

    assert not sender.is_waiting


@pytest.mark.parametrize("before", [[], [b"x"]])
def test_sender_that_leaves_is_noticed(before: list[bytes]) -> None:
    sender = Sender(*before, more=True)
    sender.messages.append({"type": "http.disconnect"})

    with pytest.raises(SenderLeft):
        read(sender.receive)


def test_body_that_is_there_costs_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "timeout", None)

    assert read(Sender(b"whole").receive) == b"whole"


def test_end_of_the_task_ends_the_reading() -> None:
    sender = Sender(b"x", more=True)

    async def cancel_the_reader() -> None:
        reader = asyncio.create_task(read_body(sender.receive, 10, 5))
        while not (sender.read and sender.is_waiting):
            await asyncio.sleep(0)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader

    asyncio.run(cancel_the_reader())

    assert not sender.is_waiting


def test_error_of_the_server_is_passed_on() -> None:
    async def receive() -> Message:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        read(receive)
