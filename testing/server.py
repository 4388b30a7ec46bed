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
from contextlib import closing, contextmanager
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

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    @property
    def log(self) -> str:
        return (self.var / "log").read_text(encoding="utf-8", errors="replace")

    def memory_bytes(self, field: str = "VmRSS") -> int:
        """Return how much memory the server's process has in use; with "VmHWM", the most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        [line] = [line for line in status.splitlines() if line.startswith(f"{field}:")]
        return int(line.split()[1]) * 1024

    def forget_most_memory(self) -> None:
        """Let "VmHWM" begin anew."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")

    def open_files(self) -> list[str]:
        """Return the names of the files that the server's process has open, deleted ones too."""
        links = Path(f"/proc/{self.process.pid}/fd").iterdir()
        return [name for link in links if (name := _target(link))]

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.var / "tracking.sqlite3")) as connection:
            return connection.execute(query, values).fetchall()

    def site_key(self) -> str:
        [(key,)] = self.rows("SELECT key FROM sites_site")
        return str(key)

    def hits_on(self, path: str) -> int:
        """Return how many hits of a page are stored."""
        [(count,)] = self.rows(
            "SELECT COUNT(*) FROM visits_hit JOIN visits_page ON visits_page.id = page_id"
            " WHERE path = ?",
            path,
        )
        return int(str(count))


@contextmanager
def serve(var: Path, domain: str, **variables: str) -> Iterator[Server]:
    """Serve an installation below `var` with one owner and one site until the block ends.

    `variables` are added to its environment, or replace what stands there.
    """
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(var),
        "SECRET_KEY": "s" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        **variables,
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


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:  # closed in the meantime
        return ""


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
