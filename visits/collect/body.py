"""The body of a request, read from ASGI within a size and a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from types import coroutine
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class UnreadBody(Exception):
    """The body was not read to its end; whatever was read of it is dropped."""


class TooLarge(UnreadBody):
    """The body has more bytes than this address takes."""


class TooSlow(UnreadBody):
    """The body had not arrived at the deadline."""


class SenderLeft(UnreadBody):
    """The connection was closed before the body had arrived: nobody waits for an answer."""


async def read_body(receive: Receive, max_bytes: int, deadline_seconds: float) -> bytes:
    """Return the whole body. No more than `max_bytes` and one message are held in memory.

    The time counts from the call. A body that is already there costs no timer: `receive` is run up
    to where it would wait, and most bodies come in the packet of their headers. Raises TooLarge,
    TooSlow, SenderLeft; after the first two the connection has to be closed.
    """
    pending = receive().__await__()
    body = bytearray()
    try:
        waits_for = next(pending)
    except StopIteration as ended:
        if _add(body, ended.value, max_bytes):
            return bytes(body)
        rest = _read_rest(receive, body, max_bytes)
    else:
        rest = _read_rest(receive, body, max_bytes, _resume(pending, waits_for))
    try:
        async with asyncio.timeout(deadline_seconds):
            return await rest
    except TimeoutError as error:
        raise TooSlow from error


async def _read_rest(
    receive: Receive, body: bytearray, max_bytes: int, first: Awaitable[Message] | None = None
) -> bytes:
    message = await (first or receive())
    while not _add(body, message, max_bytes):
        message = await receive()
    return bytes(body)


@coroutine
def _resume(pending: Generator[Any, Any, Message], waits_for: Any) -> Generator[Any, Any, Message]:
    """Let the running task wait for what `pending` waits for, and then finish `pending`."""
    try:
        yield waits_for
    except BaseException:
        # The deadline, or the end of the server.
        pending.close()
        raise
    return (yield from pending)


def _add(body: bytearray, message: Message, max_bytes: int) -> bool:
    """Add a message to the body and tell whether it was the last. Raises TooLarge, SenderLeft."""
    if message["type"] == "http.disconnect":
        raise SenderLeft
    body += message.get("body", b"")
    if len(body) > max_bytes:
        raise TooLarge
    return not message.get("more_body", False)
