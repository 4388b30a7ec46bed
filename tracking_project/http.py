"""The HTTP door: uvicorn's protocol with bounds on what a connection may send, and for how long.

uvicorn waits for the end of a request's head forever and keeps all of it. A few hundred slow
connections, or a single long header, need nothing more. A normal request costs some comparisons
here; timers and counters exist only while a request is incomplete.
"""

from __future__ import annotations

import asyncio
import json
from asyncio import TimerHandle
from http import HTTPStatus
from typing import Any, cast

import httptools
import structlog
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

log = structlog.get_logger(__name__)

# The request line and the headers. Browsers send 1 to 2 KiB, with the cookies of a large site 16.
HEAD_MAX_BYTES = 32 * 1024
# Counts from the first byte.
HEAD_SECONDS = 10
# What surrounds a body in chunks: their sizes, which can be 5 times what they hold, and trailers.
FRAMING_MAX_BYTES = 1024 * 1024
# Requests that were sent without waiting for an answer. Browsers and proxies do not do this.
PIPELINE_MAX = 100
# An answer of which nobody takes a byte any more.
STALLED_SECONDS = 60
# A connection that is closed while the other side sends is reset there, and the answer may be lost
# with it. So what still comes is read and dropped for a moment.
LINGER_SECONDS = 2
LINGER_MAX_BYTES = 1024 * 1024


BODY_HEADERS = {b"content-length", b"transfer-encoding"}


class AmbiguousRequest(Exception):
    """Two programs could find the end of the request in two places."""


class Trailers(tuple[tuple[bytes, bytes], ...]):
    """Takes the headers that follow a body in chunks, and keeps none.

    Behind the headers that a proxy wrote, they could name another address of the client.
    """

    __slots__ = ()

    def append(self, header: tuple[bytes, bytes]) -> None:
        pass


TRAILERS = cast("list[tuple[bytes, bytes]]", Trailers())


class Transport:
    """The transport as uvicorn gets to see it: how to close is the protocol's decision."""

    __slots__ = (
        "close",
        "get_extra_info",
        "is_closing",
        "pause_reading",
        "resume_reading",
        "write",
    )

    def __init__(self, socket: asyncio.Transport, protocol: BoundedProtocol) -> None:
        self.get_extra_info = socket.get_extra_info
        self.pause_reading = socket.pause_reading
        self.resume_reading = socket.resume_reading
        self.write = socket.write
        self.close = protocol.close
        self.is_closing = protocol.is_closing


class BoundedProtocol(HttpToolsProtocol):
    """Answers 431, 413, 408 and 400 to what is too long, too slow or ambiguous, and then closes.

    Of uvicorn's attributes, `scope` is the request being read and `cycle` the last one whose head
    was complete; they belong together until the next request begins.
    """

    cycle: RequestResponseCycle | None  # type: ignore[assignment]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.socket: asyncio.Transport
        self.head_timer: TimerHandle | None = None
        self.head_follows: RequestResponseCycle | None = None
        self.stall_timer: TimerHandle | None = None
        self.linger_timer: TimerHandle | None = None
        self.head_room_bytes = HEAD_MAX_BYTES
        self.framing_room_bytes = FRAMING_MAX_BYTES
        self.linger_room_bytes = LINGER_MAX_BYTES
        self.is_parsing = False
        self.unstarted: tuple[RequestResponseCycle, ASGI3Application] | None = None
        # Nothing is read any more; the connection closes after the answers that are under way.
        self.is_deaf = False

    # Opening and closing

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.socket = transport
        super().connection_made(cast("asyncio.Transport", Transport(transport, self)))
        # The first request is waited for as long as any other.
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timers()
        self.is_deaf = True
        self.transport = self.socket
        super().connection_lost(exc)

    def is_closing(self) -> bool:
        return self.linger_timer is not None or self.socket.is_closing()

    def close(self) -> None:
        """Close; if the other side is in the middle of a request, let it read the answer first."""
        if self._is_amid_request():
            self._linger()
        else:
            self.socket.close()

    def _is_amid_request(self) -> bool:
        if self.cycle is None or self.cycle.scope is not self.scope:
            return self.scope is not None
        return self.cycle.more_body

    def _linger(self) -> None:
        if self.is_closing():
            return
        self.is_deaf = True
        self._stop_timers()
        self.linger_timer = self.loop.call_later(LINGER_SECONDS, self.socket.abort)
        self.flow.resume_reading()
        self.socket.write_eof()

    def _abort(self) -> None:
        self.is_deaf = True
        self.socket.abort()

    def _stop_timers(self) -> None:
        self._unset_keepalive_if_required()
        for timer in (self.head_timer, self.stall_timer, self.linger_timer):
            if timer is not None:
                timer.cancel()
        self.head_timer = None

    # Writing

    def pause_writing(self) -> None:
        super().pause_writing()
        self.stall_timer = self.loop.call_later(STALLED_SECONDS, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.stall_timer is not None:
            self.stall_timer.cancel()

    # Reading

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        # Never more at a time than a head may still have: so one that is complete is not too long.
        while len(data) > self.head_room_bytes and not self.is_deaf:
            room_bytes = self.head_room_bytes
            self._read(data[:room_bytes])
            data = data[room_bytes:]
        if self.is_deaf:
            self._drop(data)
        else:
            self._read(data)

    def _read(self, data: bytes) -> None:
        """Parse; when all of it is sound, start the application; watch over what is incomplete."""
        before = self.cycle
        is_in_body = before is not None and before.more_body
        body_bytes = len(before.body) if before is not None else 0
        if not self._parse(data):
            return
        if self.unstarted is not None:
            super()._start_asgi_task(*self.unstarted)
            self.unstarted = None
        cycle = self.cycle
        if cycle is None or cycle.scope is not self.scope:
            self._await_head(0 if is_in_body or cycle is not before else len(data))
        elif cycle.more_body:
            content_bytes = len(cycle.body) - body_bytes
            self._await_body(cycle, len(data) - content_bytes if cycle is before else None)
        elif cycle.response_complete:
            # Empty lines between two requests, which the parser skips.
            self._await_head(len(data))
        elif self.head_timer is not None:
            self._end_head()
        if len(self.pipeline) > PIPELINE_MAX:
            self._abort()

    def _parse(self, data: bytes) -> bool:
        """Tell whether the data is sound, so far. If not, its sender has been refused."""
        self.is_parsing = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return self._decline_upgrade()
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST, "The request cannot be understood as HTTP.")
            return False
        finally:
            self.is_parsing = False
        return True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Start the application, but not before all that came together with the head is parsed."""
        if self.is_parsing:
            self.unstarted = (cycle, app)
        else:
            super()._start_asgi_task(cycle, app)

    def on_chunk_header(self) -> None:
        """Before the first chunk of a body, check how it was announced. Called by the parser."""
        if self.headers is TRAILERS:
            return
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        # A proxy of HTTP/1.0 passes the header on and takes the chunks for the next request.
        if self.scope["http_version"] != "1.1" or [coding.lower() for coding in codings] != [
            b"chunked"
        ]:
            raise AmbiguousRequest
        self.headers = TRAILERS

    def _decline_upgrade(self) -> bool:
        """Answer the request as usual, unless it has a body: the parser takes that for the new protocol."""
        assert self.cycle is not None
        if any(name in BODY_HEADERS for name, _ in self.cycle.scope["headers"]):
            self._refuse(HTTPStatus.BAD_REQUEST, "There is no other protocol to change to.")
            return False
        self.cycle.keep_alive = False
        self.is_deaf = True
        return True

    def _drop(self, data: bytes) -> None:
        self.linger_room_bytes -= len(data)
        if self.linger_room_bytes < 0:
            self._abort()

    # What is incomplete

    def _await_head(self, size_bytes: int) -> None:
        if self.head_timer is None or self.head_follows is not self.cycle:
            self._end_head()
            self.head_follows = self.cycle
            self.head_timer = self.loop.call_later(HEAD_SECONDS, self._refuse_late_head)
        self.head_room_bytes -= size_bytes
        if self.head_room_bytes <= 0:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"Request line and headers may have {HEAD_MAX_BYTES} bytes at most.",
            )

    def _refuse_late_head(self) -> None:
        self._refuse(
            HTTPStatus.REQUEST_TIMEOUT,
            f"Request line and headers did not arrive within {HEAD_SECONDS} seconds.",
        )

    def _end_head(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
        self.head_timer = None
        self.head_room_bytes = HEAD_MAX_BYTES

    def _await_body(self, cycle: RequestResponseCycle, framing_bytes: int | None) -> None:
        """`framing_bytes` were read that are not the body's content; None before a body begins."""
        if self.head_timer is not None:
            self._end_head()
        if cycle.response_complete:
            # The rest of a body that the application did not want.
            self.close()
        elif framing_bytes is None:
            self.framing_room_bytes = FRAMING_MAX_BYTES
        else:
            self.framing_room_bytes -= framing_bytes
            if self.framing_room_bytes < 0:
                self._refuse(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "There is too much around the content of the body.",
                )

    # Refusing

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        """Answer the request that is being read, unless earlier ones are still to be answered."""
        self.is_deaf = True
        self._stop_timers()
        cycle = self.cycle
        if self.unstarted is not None:
            self.unstarted = None
            self.pipeline.clear()
            self._answer(status, sentence)
        elif cycle is None or (cycle.response_complete and not self._is_in_body(cycle)):
            self._answer(status, sentence)
        elif not self._is_in_body(cycle):
            cycle.keep_alive = False
        else:
            self._refuse_body(cycle, status, sentence)

    def _refuse_body(self, cycle: RequestResponseCycle, status: HTTPStatus, sentence: str) -> None:
        """Tell the application, which waits for the body, that its sender has left."""
        cycle.disconnected = True
        cycle.message_event.set()
        if self.pipeline or cycle.response_started:
            self._linger()
        else:
            self._answer(status, sentence)

    def _is_in_body(self, cycle: RequestResponseCycle) -> bool:
        return cycle.scope is self.scope and cycle.more_body

    def _answer(self, status: HTTPStatus, sentence: str) -> None:
        log.debug("request_unreadable", status=status)
        body = json.dumps({"errors": {"request": [sentence]}}).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.socket.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", body]))
        self._linger()
