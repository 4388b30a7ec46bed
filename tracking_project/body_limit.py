"""No more of a request than a form can be reaches Django, which would store all of it on the disk."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from visits.collect.asgi import Message, Receive, Send

# The largest form is a page of the admin with all of its boxes ticked.
BODY_MAX_BYTES = 1024 * 1024
SENTENCE = b"The request is too large."

Scope = dict[str, Any]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


def limit_body(application: Application) -> Application:
    """Return the application behind a limit of BODY_MAX_BYTES, in chunks or not; more gets 413."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_announced_too_large(scope):
            await _refuse(send)
            return
        size = 0

        async def receive_within_limit() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size <= BODY_MAX_BYTES:
                return message
            await _refuse(send)
            # Django ends in silence when the sender has left.
            return {"type": "http.disconnect"}

        await application(scope, receive_within_limit, send)

    return limited


def _is_announced_too_large(scope: Scope) -> bool:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return any(not value.isdigit() or _exceeds(value) for value in lengths)


def _exceeds(length: bytes) -> bool:
    # Python refuses to read numbers of more than some thousand digits.
    return len(length) > len(str(BODY_MAX_BYTES)) or int(length) > BODY_MAX_BYTES


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(SENTENCE)),
        (b"x-content-type-options", b"nosniff"),
        # The server would read the rest otherwise.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": SENTENCE})
