"""Two small web sites for a real browser: one is measured, the other collects what is sent."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# Longer than a busy machine needs for a message that comes; a test that passes never waits so long.
PATIENCE_SECONDS = 30

# JSON as it came: its values are what the tests are about.
Sent = dict[str, Any]


@dataclass
class Received:
    """One POST: what the browser put around the message, and the message."""

    path: str
    headers: Message
    body: str

    @property
    def message(self) -> Sent:
        decoded: Sent = json.loads(self.body)
        return decoded


@dataclass
class Collector:
    """Serves the tracker at /t.js and keeps every POST, in the order of arrival.

    Attention is kept where a test is about it: on a busy machine any page is looked at for a second.
    """

    script: str
    origin: str = ""
    status: int = 204
    keeps_engagement: bool = False
    posts: "queue.Queue[Received]" = field(default_factory=queue.Queue)

    def next_post(self) -> Received:
        return self.posts.get(timeout=PATIENCE_SECONDS)

    def next_message(self) -> Sent:
        return self.next_post().message

    def next_messages(self, count: int) -> list[Sent]:
        """Messages sent in one go, by name: they may overtake one another on the wire."""
        messages = [self.next_message() for _ in range(count)]
        return sorted(messages, key=lambda message: message.get("name", ""))

    def answer_get(self, path: str) -> tuple[int, dict[str, str], str]:
        return 200, {"Content-Type": "text/javascript"}, self.script

    def answer_post(self, received: Received) -> tuple[int, dict[str, str], str]:
        if self.keeps_engagement or '"name":"engagement"' not in received.body:
            self.posts.put(received)
        return self.status, {"Access-Control-Allow-Origin": "*"}, ""


@dataclass
class Website:
    """The measured site: pages by path, response headers for all, and one path that waits."""

    origin: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    # Those that are not 200.
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    # /gate answers when this is set, so that a test can hold a page back.
    gate: threading.Event = field(default_factory=threading.Event)

    def answer_get(self, path: str) -> tuple[int, dict[str, str], str]:
        if path == "/gate":
            self.gate.wait(timeout=PATIENCE_SECONDS)
            return 204, {}, ""
        page = self.pages.get(urlsplit(path).path)
        if page is None:
            return 404, {}, ""
        content_type = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
        status = self.statuses.get(urlsplit(path).path, 200)
        return status, {"Content-Type": content_type, **self.headers}, page

    def answer_post(self, received: Received) -> tuple[int, dict[str, str], str]:
        return 404, {}, ""


@contextmanager
def running(site: Collector | Website, hostname: str) -> Iterator[None]:
    """Answers for `site` on a free port of this machine, and tells it its own origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    site.origin = f"http://{hostname}:{server.server_port}"
    # Looked at often, so that a test does not wait half a second for its end.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(site: Collector | Website) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*site.answer_get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*site.answer_post(Received(self.path, self.headers, body)))

        def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's output is its own."""

    return Handler
