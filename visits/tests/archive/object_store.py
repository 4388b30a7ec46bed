"""A server on loopback that speaks as much of S3 as the archive needs; it keeps objects in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

MODIFIED_AT = "2026-05-05T03:00:00.000Z"


@dataclass
class ObjectStoreServer:
    """Objects by “/bucket/key”. While `is_away`, every request is answered with an error."""

    port: int
    objects: dict[str, bytes] = field(default_factory=dict)
    is_away: bool = False

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-central-1",
        }


@contextmanager
def run_object_store() -> Iterator[ObjectStoreServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store = ObjectStoreServer(server.server_address[1])
    Handler.store = store
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: ObjectStoreServer

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.store.objects[self.key] = body
        self.answer(200, b"", ETag=etag(body))

    def do_POST(self) -> None:
        """Delete the objects that the body lists."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        keys = re.findall("<Key>(.*?)</Key>", body)
        for key in keys:
            self.store.objects.pop(f"{self.key}/{unescape(key)}", None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self.answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self.answer(200, self.listing(query.get("prefix", [""])[0]))
            return
        body = self.store.objects.get(self.key)
        if body is None:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        headers = {"ETag": etag(body), "Last-Modified": formatdate(0, usegmt=True)}
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("range", ""))
        if wanted is None:
            self.answer(200, body, **headers)
            return
        begin, end = self.bounds(wanted, len(body))
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(body)}"
        self.answer(206, body[begin:end], **headers)

    def bounds(self, wanted: re.Match[str], size: int) -> tuple[int, int]:
        if not wanted[1]:
            return max(0, size - int(wanted[2])), size
        return int(wanted[1]), min(size, int(wanted[2] or size) + 1)

    def listing(self, prefix: str) -> bytes:
        bucket = f"{self.key.rstrip('/')}/"
        entries = "".join(
            f"<Contents><Key>{escape(key.removeprefix(bucket))}</Key><Size>{len(body)}</Size>"
            f"<LastModified>{MODIFIED_AT}</LastModified><ETag>{etag(body)}</ETag></Contents>"
            for key, body in sorted(self.store.objects.items())
            if key.startswith(bucket + prefix)
        )
        return (
            '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>'
            f"<Prefix>{escape(prefix)}</Prefix>{entries}</ListBucketResult>"
        ).encode()

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        if self.store.is_away:
            status, body, headers = 403, b"<Error><Code>AccessDenied</Code></Error>", {}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests' output is for their findings."""


def etag(body: bytes) -> str:
    return f'"{md5(body).hexdigest()}"'
