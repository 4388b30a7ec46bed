"""The fast door under WSGI: collection paths ahead of Django's handler and its middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from visits.collect import answers, doors
from visits.collect.answers import Answer
from visits.collect.doors import Arrival, Door
from visits.collect.payload import BODY_MAX_BYTES
from visits.collect.views import answer

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

# WSGI spells the header User-Agent as HTTP_USER_AGENT.
HEADER_KEYS = tuple(
    (f"HTTP_{name.upper().replace('-', '_')}", name) for name in sorted(doors.HEADERS_READ)
)
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def receive_hit(door: Door, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Read one request, have the writer store what it makes, and return the answer's body.

    How long a body may take to arrive is the server's to limit: here nobody can stop waiting.
    """
    body = _read_body(environ)
    reply = (
        door.dress(answers.too_large()) if body is None else answer(door, _arrival(environ, body))
    )
    start_response(STATUS_LINES[reply.status], _headers(reply))
    return [reply.body]


def _read_body(environ: Environ) -> bytes | None:
    """Return the body, None when it is larger than a beacon may be; no more than that is read."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isascii() and length.isdigit():
        if int(length) > BODY_MAX_BYTES:
            return None
        return bytes(environ["wsgi.input"].read(int(length)))
    if not environ.get("wsgi.input_terminated"):
        return b""
    body = bytes(environ["wsgi.input"].read(BODY_MAX_BYTES + 1))
    return body if len(body) <= BODY_MAX_BYTES else None


def _arrival(environ: Environ, body: bytes) -> Arrival:
    return Arrival(
        environ["REQUEST_METHOD"],
        environ.get("QUERY_STRING", ""),
        tuple([(name, environ[key]) for key, name in HEADER_KEYS if key in environ]),
        body,
        environ.get("REMOTE_ADDR", ""),
        doors.now(),
    )


def _headers(reply: Answer) -> list[tuple[str, str]]:
    # Closing the connection is the server's business; WSGI forbids applications to ask for it.
    headers = [header for header in reply.headers if header[0] != "Connection"]
    if reply.status != HTTPStatus.NO_CONTENT:
        headers.append(("Content-Length", str(len(reply.body))))
    return headers
