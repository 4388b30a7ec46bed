"""Asking the doors of collection: through Django, and through the bare ASGI and WSGI applications."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from sites.models import Site
from tracking_project.asgi import application
from tracking_project.wsgi import application as wsgi_application
from visits.collect import asgi
from visits.collect.known_sites import read_known
from visits.collect.writer import writer

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def refusal(self) -> str | None:
        return self.headers.get("refusal")

    def errors(self) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = json.loads(self.body)["errors"]
        return errors


Ask = Callable[..., Reply]


def ask_django(method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    content_type = headers.pop("content-type", "text/plain")
    response = Client(headers=headers).generic(method, path, body, content_type)
    names = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, names, response.content)


def ask_asgi(method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    url = urlsplit(path)
    scope = {
        "type": "http",
        "method": method,
        "path": url.path,
        "query_string": url.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50_000),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    # Nothing here waits, so the coroutine ends at its first step, in the test's own thread.
    with pytest.raises(StopIteration):
        application(scope, receive, send).send(None)
    start, end = sent
    names = {name.decode(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], names, end["body"])


def ask_wsgi(method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    url = urlsplit(path)
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": url.path,
        "QUERY_STRING": url.query,
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    started: list[Any] = []
    [answer] = wsgi_application(environ, lambda *arguments: started.extend(arguments))
    status, names = started
    return Reply(int(status[:3]), {name.lower(): value for name, value in names}, answer)


@pytest.fixture(params=[ask_django, ask_asgi, ask_wsgi], ids=["django", "asgi", "wsgi"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Send one request; from a browser, unless told otherwise."""

    async def read_here(lookup: Any, at: int) -> Any:
        """Read in the test's thread, which holds the test's transaction."""
        return read_known(lookup, at)

    async def write_here(outcome: Any) -> Any:
        return writer.write_blocking(outcome)

    monkeypatch.setattr(asgi, "_read_known", read_here)
    monkeypatch.setattr(writer, "write", write_here)

    def send(method: str, path: str, body: bytes | str = b"", **headers: str) -> Reply:
        body = body if isinstance(body, bytes) else body.encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        reply: Reply = request.param(method, path, body, {"user-agent": FIREFOX, **names})
        return reply

    return send


def make_beacon(site: Site, **fields: Any) -> str:
    return json.dumps({"site": site.key, "url": f"https://{site.domain}/pricing", **fields})
