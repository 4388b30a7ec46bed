"""The fast door: collection paths as a bare ASGI application, ahead of Django's handler.

Django's ASGI handler costs about a millisecond of CPU a request; this path costs a tenth of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from visits.collect import answers, doors
from visits.collect.answers import COUNTED, Answer
from visits.collect.body import SenderLeft, TooLarge, TooSlow, read_body
from visits.collect.doors import Answered, Arrival, Door, Request
from visits.collect.flood import address_wait
from visits.collect.known_sites import KnownSite, Lookup, known_sites, read_known
from visits.collect.outcome import Refused
from visits.collect.payload import BODY_MAX_BYTES
from visits.collect.site_day import SiteDay, site_days
from visits.collect.waiting import NotStored
from visits.collect.writer import writer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

BODY_DEADLINE_SECONDS = 5
HEADER_NAMES = {name.encode(): name for name in doors.HEADERS_READ}
# The answer of nearly every request, made once.
COUNTED_START = {
    "type": "http.response.start",
    "status": COUNTED.status,
    "headers": [(name.lower().encode(), value.encode()) for name, value in COUNTED.headers],
}
COUNTED_BODY = {"type": "http.response.body", "body": b""}

# One thread: sites and salts are asked for once in a while, and one connection is enough for that.
reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="known-sites")
# Somebody who makes up keys must not keep the sites waiting that exist.
READINGS_AT_MOST = 1000
_reading: dict[Lookup, asyncio.Future[tuple[KnownSite, SiteDay]]] = {}


async def receive_hit(door: Door, scope: Scope, receive: Receive, send: Send) -> None:
    """Read one request, have the writer store what it makes, and send the answer."""
    try:
        body = await read_body(receive, BODY_MAX_BYTES, BODY_DEADLINE_SECONDS)
    except SenderLeft:
        return
    except TooLarge:
        answer = answers.too_large()
    except TooSlow:
        answer = answers.too_slow()
    else:
        answer = await _answer(door, _to_arrival(scope, body))
    await _send_answer(door.dress(answer), send)


async def _answer(door: Door, arrival: Arrival) -> Answer:
    address = doors.address_of(arrival)
    wait = address_wait(address)
    request = doors.understand(door, arrival)
    if isinstance(request, Answer):
        return answers.too_many(wait) if wait else request
    try:
        return await _answer_request(request, arrival, address, wait)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sender gets an answer
        return answers.answer_to_error(error)


async def _answer_request(request: Request, arrival: Arrival, address: str, wait: float) -> Answer:
    known = known_sites.recall(request.lookup)
    if wait and known is None and not known_sites.has(request.lookup):
        # A flood of keys that somebody makes up asks the database nothing.
        return answers.too_many(wait)
    day = known and site_days.recall(known.site.time_zone, arrival.received_at)
    if known is None or day is None:
        known, day = await _read_known(request.lookup, arrival.received_at)
    judged = doors.judge(request, arrival, address, wait, known, day)
    if isinstance(judged, Answered):
        writer.note(judged.refused)
        return judged.answer
    verdict = await writer.write(judged)
    if verdict is not None and not isinstance(judged, Refused):
        late = doors.sample_of(verdict, request, arrival, address, known, day)
        if late is not None:
            writer.note(late)
    return answers.answer_of(verdict)


async def _read_known(lookup: Lookup, at: int) -> tuple[KnownSite, SiteDay]:
    """Read a site in the reader's thread; who asks for the same site meanwhile waits for the same."""
    known, day = await _reading_of(lookup, at)
    if not day.begins_at <= at < day.ends_at:
        # Who asked first did so before midnight.
        known, day = await _reading_of(lookup, at)
    return known, day


async def _reading_of(lookup: Lookup, at: int) -> tuple[KnownSite, SiteDay]:
    reading = _reading.get(lookup)
    if reading is None:
        if len(_reading) >= READINGS_AT_MOST:
            raise NotStored
        loop = asyncio.get_running_loop()
        reading = loop.run_in_executor(reader, read_known, lookup, at)
        _reading[lookup] = reading
        reading.add_done_callback(lambda _: _reading.pop(lookup, None))
    # Shielded: a sender that leaves must not end the reading for all others.
    return await asyncio.shield(reading)


def _to_arrival(scope: Scope, body: bytes) -> Arrival:
    names = HEADER_NAMES
    return Arrival(
        scope["method"],
        scope["query_string"].decode("latin-1"),
        tuple(
            [
                (names[name], value.decode("latin-1"))
                for name, value in scope["headers"]
                if name in names
            ]
        ),
        body,
        scope["client"][0] if scope.get("client") else "",
        doors.now(),
    )


async def _send_answer(answer: Answer, send: Send) -> None:
    if answer is COUNTED:
        await send(COUNTED_START)
        await send(COUNTED_BODY)
        return
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
