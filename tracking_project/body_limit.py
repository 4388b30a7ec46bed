"""No more of a request than a form can be reaches Django, which would store all of it on the disk."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from visits.collect.asgi import Send
from visits.collect.body import Message, Receive, SenderLeft, TooLarge, TooSlow, read_body

# The largest form is a page of the admin with all of its boxes ticked.
BODY_MAX_BYTES = 1024 * 1024
# For all of it: 35 KB a second are enough for the largest.
BODY_SECONDS = 30

Scope = dict[str, Any]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


def limit_body(application: Application) -> Application:
    """Return the application behind a limit of BODY_MAX_BYTES, in chunks or not, and BODY_SECONDS.

    The application is called when the whole body is there. More gets 413, slower 408; both close
    the connection, because the server would read the rest otherwise.
    """

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_announced_too_large(scope):
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"The request is too large.")
            return
        try:
            body = await read_body(receive, BODY_MAX_BYTES, BODY_SECONDS)
        except TooLarge:
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"The request is too large.")
        except TooSlow:
            await _refuse(send, HTTPStatus.REQUEST_TIMEOUT, b"The request came too slowly.")
        except SenderLeft:
            return
        else:
            await application(scope, _replay(body, receive), send)

    return limited


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receive that says the body first and then what the server says: that the client left."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def _is_announced_too_large(scope: Scope) -> bool:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return any(not value.isdigit() or _exceeds(value) for value in lengths)


def _exceeds(length: bytes) -> bool:
    # Python refuses to read numbers of more than some thousand digits.
    return len(length) > len(str(BODY_MAX_BYTES)) or int(length) > BODY_MAX_BYTES


async def _refuse(send: Send, status: HTTPStatus, sentence: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(sentence)),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence})
