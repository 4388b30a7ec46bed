"""HTTP over a bare connection: slow, endless and malformed requests, which no client library sends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

ANSWER_SECONDS = 60
# What the kernel holds for the sender is not yet taken by the server.
SEND_BUFFER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """The server's answer. Its status is 0 when the connection was closed without one."""

    status: int
    head: bytes = b""
    body: bytes = b""
    seconds: float = 0.0


class Client:
    """Sends one request after the other on one connection, on another when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Reply:
        """Send a request, in whatever state it is, and return the first answer."""
        began = time.perf_counter()
        reader, writer = await self._connected()
        try:
            writer.write(request)
            async with asyncio.timeout(ANSWER_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                body = await _read_body(reader, head)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            return Reply(0)
        if b"connection: close" in head.lower():
            await self.close()
        return Reply(_status(head), head, body, time.perf_counter() - began)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        return self.streams

    async def close(self) -> None:
        if self.streams is not None:
            _, writer = self.streams
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        self.streams = None


@dataclass(frozen=True)
class Outcome:
    """How a connection ended: the first status, 0 without one, and what went over it by then."""

    status: int
    taken_bytes: int
    seconds: float
    received: bytes


async def pour(port: int, pieces: Iterable[bytes], pause_seconds: float = 0) -> Outcome:
    """Send the pieces, whatever is answered, until the server closes the connection."""
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        await loop.sock_connect(connection, ("127.0.0.1", port))
        began = time.perf_counter()
        listener = asyncio.create_task(_listen(connection))
        taken_bytes = 0
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                if listener.done():
                    break
                await loop.sock_sendall(connection, piece)
                taken_bytes += len(piece)
                await asyncio.sleep(pause_seconds)
        received = await asyncio.wait_for(listener, ANSWER_SECONDS)
        return Outcome(_status(received), taken_bytes, time.perf_counter() - began, received)


async def _listen(connection: socket.socket) -> bytes:
    """Return all that the server sends until it closes."""
    received = b""
    with contextlib.suppress(ConnectionError):
        while data := await asyncio.get_running_loop().sock_recv(connection, 65536):
            received += data
    return received


def post(path: str, body: bytes, *headers: bytes) -> bytes:
    """Return a whole request with a body."""
    lines = [
        b"POST " + path.encode() + b" HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Content-Length: %d" % len(body),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def get(path: str, *headers: bytes) -> bytes:
    """Return a whole request without a body."""
    lines = [b"GET " + path.encode() + b" HTTP/1.1", b"Host: 127.0.0.1", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _status(received: bytes) -> int:
    return int(received[9:12]) if received.startswith(b"HTTP/1.1 ") else 0


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Read the body of an answer; one in chunks is returned with its framing."""
    fields = dict(line.lower().partition(b": ")[::2] for line in head.split(b"\r\n")[1:])
    if b"transfer-encoding" in fields:
        return await reader.readuntil(b"0\r\n\r\n")
    return await reader.readexactly(int(fields.get(b"content-length", 0)))
