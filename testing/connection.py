"""A connection to the server's protocol without a network: pieces go in, and what was done is seen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState

from tracking_project.http import BoundedProtocol

KEEP_ALIVE_SECONDS = 65
HOST = b"Host: stats.example.com\r\n"
GET = b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /first HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


class Timer:
    def __init__(self, due_at: float, callback: Callable[[], object]) -> None:
        self.due_at = due_at
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Clock:
    """The loop as the protocol knows it: it starts tasks, and its time passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []
        self.create_task = asyncio.get_running_loop().create_task

    def call_later(
        self, delay: float, callback: Callable[..., object], *arguments: object
    ) -> Timer:
        timer = Timer(self.now + delay, lambda: callback(*arguments))
        self.timers.append(timer)
        return timer

    def running(self) -> list[Timer]:
        return [timer for timer in self.timers if not timer.is_cancelled]

    def advance(self, seconds: float) -> None:
        self.now += seconds
        for timer in self.running():
            if timer.due_at <= self.now and not timer.is_cancelled:
                self.timers.remove(timer)
                timer.callback()


class Wire:
    """The other end: what was written to it, and how the connection ended."""

    def __init__(self) -> None:
        self.written = b""
        self.is_half_closed = False
        self.is_closed = False
        self.is_reset = False

    def write(self, data: bytes) -> None:
        assert not self.is_half_closed, "written after the end"
        self.written += data

    def write_eof(self) -> None:
        self.is_half_closed = True

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = self.is_reset = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str, default: object = None) -> object:
        return default

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


@dataclass(frozen=True)
class Seen:
    """What had happened when the last step was played; `served` are the paths and bodies."""

    statuses: list[int]
    written: bytes
    served: list[tuple[str, bytes]]
    headers: list[tuple[bytes, bytes]]
    has_ended: bool
    is_reset: bool
    timers: list[Timer]


class Connection:
    """A connection to an application that echoes nothing and remembers everything."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.wire = Wire()
        self.served: list[tuple[str, bytes]] = []
        self.headers: list[tuple[bytes, bytes]] = []
        self.release = asyncio.Event()
        config = Config(
            self._application,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        config.load()
        self.protocol = BoundedProtocol(config, ServerState(), {}, cast("Any", self.clock))
        self.protocol.connection_made(cast("asyncio.Transport", self.wire))

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer 200 after the body; /eager answers before it, /slow when the test says so."""
        body = b""
        while scope["path"] != "/eager":
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        if scope["path"] == "/slow":
            await self.release.wait()
        self.served.append((scope["path"], body))
        self.headers = list(scope["headers"])
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
        )
        await send({"type": "http.response.body", "body": b"ok"})

    async def play(self, step: bytes | float) -> None:
        """Receive data, or let seconds pass; 0 lets the slow answers go."""
        if isinstance(step, bytes):
            self.protocol.data_received(step)
        elif step:
            self.clock.advance(step)
        else:
            self.release.set()
        for _ in range(20):
            await asyncio.sleep(0)

    async def lose(self) -> None:
        self.protocol.connection_lost(None)
        await self.play(0)

    def seen(self) -> Seen:
        return Seen(
            [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.wire.written)],
            self.wire.written,
            self.served,
            self.headers,
            self.wire.is_closed or self.wire.is_half_closed,
            self.wire.is_reset,
            self.clock.running(),
        )


def connect(*steps: bytes | float) -> Seen:
    """Play the steps on a new connection and return what came of them; then the connection is lost."""

    async def play() -> Seen:
        connection = Connection()
        for step in steps:
            await connection.play(step)
        seen = connection.seen()
        await connection.lose()
        return seen

    return asyncio.run(play())


def head(size_bytes: int, path: bytes = b"/first") -> bytes:
    """Return the head of a request, of exactly that size."""
    start = b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"X: "
    return start + b"x" * (size_bytes - len(start) - 4) + b"\r\n\r\n"
