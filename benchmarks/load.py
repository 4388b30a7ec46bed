"""A load generator that leaves the machine to the server: one process, one thread, epoll, ready bytes.

Closed loop: each connection sends its next request as soon as it has the answer to the last.
"""

from __future__ import annotations

import argparse
import gc
import select
import socket
import sys
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tqdm import tqdm

from benchmarks.traffic import Target, Traffic

CONNECTIONS = 64
ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 1.0
RECONNECT_PAUSE_SECONDS = 0.1
POLL_SECONDS = 0.1
PROGRESS_SECONDS = 0.5
READ_BYTES = 65_536
# Answers that are equal to the byte are understood once.
ANSWERS_KNOWN_AT_MOST = 1000
ACCEPTED = "204"
LOST = "lost"


@dataclass(frozen=True)
class LoadResult:
    """What came of a load. Each request sent is counted in `answers` once.

    `answers` maps "204" (counted), "204 bot" (not counted, and why), "429", "503" and other statuses
    to how often they came, and "lost" to requests whose connection ended without an answer.
    `latencies` are seconds, sorted. `acknowledged` are the positions of the requests that were
    answered with "204", counted from 0 in the order of sending; kept only when asked for.
    """

    seconds: float
    answers: Counter[str]
    latencies: Sequence[float]
    generator_cpu_seconds: float
    acknowledged: Sequence[int] = ()

    @property
    def sent(self) -> int:
        return self.answers.total()

    @property
    def accepted(self) -> int:
        """Return how many requests were answered as counted."""
        return self.answers[ACCEPTED]

    @property
    def refused(self) -> int:
        """Return how many were answered as not counted, with a reason."""
        return sum(count for name, count in self.answers.items() if name.startswith("204 "))

    @property
    def lost(self) -> int:
        return self.answers[LOST]

    @property
    def failed(self) -> int:
        """Return how many were neither counted nor refused with a reason."""
        return self.sent - self.accepted - self.refused

    @property
    def hits_per_second(self) -> float:
        return self.accepted / self.seconds if self.seconds else 0.0

    def percentile_ms(self, percent: float) -> float:
        return percentile(self.latencies, percent) * 1000 if self.latencies else 0.0

    def summary(self) -> str:
        answers = ", ".join(f"{count} × {name}" for name, count in self.answers.most_common())
        cpu_ms = self.generator_cpu_seconds * 1000 / max(self.sent, 1)
        return (
            f"{self.hits_per_second:,.0f} hits/s in {self.seconds:.1f} s, p50/p95/p99 "
            f"{self.percentile_ms(50):.1f}/{self.percentile_ms(95):.1f}/"
            f"{self.percentile_ms(99):.1f} ms, generator {cpu_ms:.3f} ms CPU a request; {answers}"
        )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of 100 of the values do not exceed."""
    if not ordered:
        raise ValueError("Nothing has no percentile.")
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def run_load(
    address: tuple[str, int],
    requests: Iterator[bytes],
    *,
    seconds: float = float("inf"),
    count: int | None = None,
    connections: int = CONNECTIONS,
    keeps_acknowledged: bool = False,
    shows_progress: bool = True,
) -> LoadResult:
    """Send requests for so many seconds, or so many of them, and return what was answered.

    It ends when every request that was sent has its answer or has lost its connection. A server that
    goes away is tried again ten times a second.
    """
    with tqdm(desc="Load", unit=" requests", leave=False, disable=not shows_progress) as progress:
        load = _Load(address, requests, time.perf_counter() + seconds, count, progress)
        if keeps_acknowledged:
            load.acknowledged = array("Q")
        return load.run(connections)


@dataclass(slots=True, eq=False)
class _Connection:
    socket: socket.socket
    number: int = 0
    sent_at: float = 0.0
    # The beginning of an answer that did not come in one piece.
    received: bytes = b""
    is_waiting: bool = False


@dataclass
class _Load:
    address: tuple[str, int]
    requests: Iterator[bytes]
    stop_at: float
    count: int | None
    progress: tqdm
    answers: Counter[str] = field(default_factory=Counter)
    latencies: array[float] = field(default_factory=lambda: array("f"))
    acknowledged: array[int] | None = None
    sent: int = 0
    waiting: int = 0
    known: dict[bytes, tuple[str, bool]] = field(default_factory=dict)
    connections: dict[int, _Connection] = field(default_factory=dict)
    missing: int = 0
    reconnect_at: float = 0.0
    poll: select.epoll = field(default_factory=select.epoll)

    def run(self, connections: int) -> LoadResult:
        self.missing = connections
        began_at, cpu_before = time.perf_counter(), time.process_time()
        # Millions of short-lived bytes and no cycles: collecting them would only cost time.
        gc.disable()
        try:
            self._connect_missing()
            self._exchange()
        finally:
            gc.enable()
            self._close_all()
        return LoadResult(
            seconds=time.perf_counter() - began_at,
            answers=self.answers,
            latencies=array("f", sorted(self.latencies)),
            generator_cpu_seconds=time.process_time() - cpu_before,
            acknowledged=self.acknowledged if self.acknowledged is not None else (),
        )

    def _exchange(self) -> None:
        """Take answers and send the next requests until there is nothing more to send or to wait for."""
        wait, read, connections = self.poll.poll, self._read, self.connections
        look_at = time.perf_counter() + PROGRESS_SECONDS
        while self.waiting or self._has_more():
            for descriptor, _ in wait(POLL_SECONDS):
                read(connections[descriptor])
            now = time.perf_counter()
            if self.missing and now >= self.reconnect_at:
                self._connect_missing()
            if now >= look_at:
                look_at = now + PROGRESS_SECONDS
                self.progress.update(self.sent - self.progress.n)
                self._drop_silent(now - ANSWER_SECONDS)

    def _read(self, connection: _Connection) -> None:
        """Take what came. The usual answer comes whole and was seen before: that way is short."""
        try:
            received = connection.socket.recv(READ_BYTES)
        except OSError:
            received = b""
        if not received or not connection.is_waiting:
            self._lose(connection)
            return
        now = time.perf_counter()
        if connection.received:
            received = connection.received + received
        answer = self.known.get(received) or self._understand(received)
        if answer is None:
            connection.received = received
            return
        name, closes = answer
        self.latencies.append(now - connection.sent_at)
        self.answers[name] += 1
        self.waiting -= 1
        connection.received, connection.is_waiting = b"", False
        if self.acknowledged is not None and name == ACCEPTED:
            self.acknowledged.append(connection.number)
        if closes:
            self._close(connection)
        else:
            self._send(connection, now)

    def _send(self, connection: _Connection, now: float) -> None:
        request = next(self.requests, None) if self._has_more(now) else None
        if request is None:
            self.stop_at = now
            return
        connection.number, connection.sent_at, connection.is_waiting = self.sent, now, True
        self.sent += 1
        self.waiting += 1
        try:
            written = connection.socket.send(request)
            if written < len(request):
                _send_all(connection.socket, request[written:])
        except OSError:
            self._lose(connection)

    def _has_more(self, now: float | None = None) -> bool:
        is_enough = self.count is not None and self.sent >= self.count
        return not is_enough and (time.perf_counter() if now is None else now) < self.stop_at

    def _understand(self, received: bytes) -> tuple[str, bool] | None:
        answer = parse_answer(received)
        if answer is not None and len(self.known) < ANSWERS_KNOWN_AT_MOST:
            self.known[received] = answer
        return answer

    def _lose(self, connection: _Connection) -> None:
        if connection.is_waiting:
            self.waiting -= 1
            self.answers[LOST] += 1
        self._close(connection)

    def _drop_silent(self, since: float) -> None:
        for connection in list(self.connections.values()):
            if connection.is_waiting and connection.sent_at < since:
                self._lose(connection)

    def _connect_missing(self) -> None:
        while self.missing and self._has_more():
            try:
                opened = socket.create_connection(self.address, CONNECT_SECONDS)
            except OSError:
                self.reconnect_at = time.perf_counter() + RECONNECT_PAUSE_SECONDS
                return
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.setblocking(False)
            connection = self.connections[opened.fileno()] = _Connection(opened)
            self.poll.register(opened.fileno(), select.EPOLLIN)
            self.missing -= 1
            self._send(connection, time.perf_counter())

    def _close(self, connection: _Connection) -> None:
        descriptor = connection.socket.fileno()
        if self.connections.pop(descriptor, None) is not None:
            self.poll.unregister(descriptor)
            connection.socket.close()
            self.missing += 1

    def _close_all(self) -> None:
        for connection in list(self.connections.values()):
            self._close(connection)
        self.poll.close()


def _send_all(connection: socket.socket, rest: bytes) -> None:
    connection.settimeout(ANSWER_SECONDS)
    connection.sendall(rest)
    connection.setblocking(False)


def parse_answer(received: bytes) -> tuple[str, bool] | None:
    """Return how an answer is counted and whether the server closes; None while it is not complete."""
    head, separator, body = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    status = status_line.split(" ")[1]
    if status != "204" and not _is_whole(headers, body):
        return None
    name = f"{status} {headers['refusal']}" if "refusal" in headers else status
    return name, headers.get("connection", "").lower() == "close"


def _is_whole(headers: dict[str, str], body: bytes) -> bool:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(headers.get("content-length", 0))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description="Send believable hits to a server on this machine."
    )
    parser.add_argument("targets", nargs="+", help="sites as KEY=DOMAIN; the first gets the most")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--count", type=int)
    parser.add_argument("--visits", type=int, default=50_000, help="before visitors come again")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    targets = [Target(*target.partition("=")[::2]) for target in options.targets]
    traffic = Traffic(targets, options.visits, options.seed)
    result = run_load(
        (options.host, options.port),
        traffic.messages(options.host),
        seconds=options.seconds,
        count=options.count,
        connections=options.connections,
    )
    sys.stdout.write(result.summary() + "\n")


if __name__ == "__main__":
    main()
