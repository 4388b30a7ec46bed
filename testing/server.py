"""A production installation in a process of its own, as `manage.py serve` starts it."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
# A busy machine needs a while for the migrations.
START_SECONDS = 120
OWNER = "owner@example.com"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    url: str
    var: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the server and return what it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send a request and return status and body of the answer; with a body it is a POST."""
        request = urllib.request.Request(
            self.url + path, body, {"User-Agent": FIREFOX, **(headers or {})}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.var / "tracking.sqlite3") as connection:
            return connection.execute(query).fetchall()


@contextmanager
def serve(var: Path, domain: str) -> Iterator[Server]:
    """Serve an installation below `var` with one owner and one site until the block ends."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(var),
        "SECRET_KEY": "s" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
    }
    with (var / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
            text=True,
        )
    server = Server(process, environment["SITE_URL"], var, environment)
    try:
        _wait_until_ready(server)
        server.manage("createowner", OWNER, "--password", PASSWORD)
        server.manage("addsite", domain, "--owner", OWNER)
        yield server
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(server: Server) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        if server.process.poll() is not None:
            raise AssertionError((server.var / "log").read_text())
        try:
            if server.ask("/readyz")[0] == 200:
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("The server did not become ready.")
