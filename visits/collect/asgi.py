"""The fast door: collection paths as a bare ASGI application, ahead of Django's handler.

Django's ASGI handler costs about a millisecond of CPU a request; this path costs a tenth of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import structlog
from django.db import connection

from visits.collect import doors
from visits.collect.doors import Answer, Arrival, Door
from visits.collect.payload import BODY_MAX_BYTES

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

PIXEL_PATH = re.compile(r"/t/([A-Za-z0-9_-]{1,20})\.gif")
VISIT_PATH = re.compile(r"/sites/([0-9]{1,18})/visit")

# One thread: a database that takes one writer at a time is not helped by more.
collector = ThreadPoolExecutor(max_workers=1, thread_name_prefix="collector")


class SenderLeft(Exception):
    """The connection was closed before the body had arrived."""


def find_door(path: str) -> Door | None:
    """Return the door of a path, None for all other paths of the installation."""
    if path == "/t":
        return doors.beacon
    if found := PIXEL_PATH.fullmatch(path):
        return partial(doors.pixel, key=found[1])
    if found := VISIT_PATH.fullmatch(path):
        return partial(doors.site_visit, site_id=int(found[1]))
    return None


async def receive_hit(door: Door, scope: Scope, receive: Receive, send: Send) -> None:
    """Read one request, have the collector thread handle it, and send the answer."""
    try:
        body = await _read_body(receive)
    except SenderLeft:
        return
    if body is None:
        answer = doors.too_large()
    else:
        arrival = _to_arrival(scope, body)
        answer = await _in_collector(door, arrival)
    await _send_answer(answer, send)


async def _in_collector(door: Door, arrival: Arrival) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(collector, _handle, door, arrival)


def _handle(door: Door, arrival: Arrival) -> Answer:
    """Answer in the collector's thread, which keeps its connection from hit to hit while it works."""
    try:
        answer = door(arrival)
    except Exception:
        # Whatever it is, it must not stop the next hit.
        log.exception("unhandled_error_in_collector")
        answer = Answer(500)
    if answer.status >= 500:
        connection.close()
    return answer


async def _read_body(receive: Receive) -> bytes | None:
    """Return the body, None when it is larger than a beacon may be; no more than that is read."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderLeft
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_MAX_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(chunks)


def _to_arrival(scope: Scope, body: bytes) -> Arrival:
    return Arrival(
        method=scope["method"],
        query=scope["query_string"].decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ),
        body=body,
        peer=scope["client"][0] if scope.get("client") else "",
    )


async def _send_answer(answer: Answer, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
