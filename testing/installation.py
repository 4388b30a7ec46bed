"""An installation that is killed, stopped and started again, on SQLite or PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

import psycopg

from testing.server import FIREFOX, PROJECT, free_port

START_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.05
DOMAIN = "example.com"
PREPARE = """
from accounts.models import User
from sites.models import Site
owner = User.objects.create_user("owner@example.com", "correct horse battery")
for number in range({sites}):
    Site.objects.create(owner=owner, name=str(number), domain=f"{{number or ''}}example.com")
"""


Install = Callable[..., "Installation"]


@dataclass
class Installation:
    """What `manage.py serve` runs on, which outlives each of its processes."""

    var: Path
    environment: dict[str, str]
    workers: int = 1
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log_path(self) -> Path:
        """Beside what the installation writes: its disk may be full."""
        return self.var.with_name(f"{self.var.name}.log")

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def start(self, *, waits: bool = True) -> float:
        """Start the server and return after how many seconds it was ready."""
        began = time.monotonic()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", f"--workers={self.workers}"],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=log,
                # A group of its own: workers that outlive their parent can still be ended.
                start_new_session=True,
            )
        if waits:
            self.wait_until(200, START_SECONDS)
        return time.monotonic() - began

    def wait_until(self, status: int, seconds: float, path: str = "/readyz") -> float:
        """Wait for an answer with this status and return how many seconds that took."""
        began = time.monotonic()
        while (seen := self.status(path)) != status:
            waited = time.monotonic() - began
            assert waited < seconds, f"{path}: {seen} after {waited:.1f} s\n{self.log[-5000:]}"
            assert self.process is None or self.process.poll() is None, self.log[-5000:]
            time.sleep(POLL_SECONDS)
        return time.monotonic() - began

    def status(self, path: str = "/readyz") -> int:
        """Return the status of a page, 0 when nobody answers."""
        return self.ask(path)[0]

    def ask(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=10
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def post_hit(self, key: str, path: str = "/excluded") -> tuple[str, str]:
        """Send a hit on a connection of its own; return status and refusal, and Retry-After."""
        body = json.dumps({"site": key, "url": f"https://example.com{path}"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/t", body, {"User-Agent": FIREFOX}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return f"{answer.status} {answer.headers.get('Refusal', '')}".strip(), ""
        except urllib.error.HTTPError as error:
            return str(error.code), error.headers.get("Retry-After", "")

    def kill(self) -> None:
        """End the server and its workers as a power failure does."""
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> float:
        """End the server and return how many seconds that took; it must be within STOP_SECONDS."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        if number == signal.SIGKILL:
            self._kill_group()
        else:
            self.process.send_signal(number)
        try:
            self.process.wait(STOP_SECONDS)
        finally:
            self._kill_group()
            self.process = None
        return time.monotonic() - began

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def memory_bytes(self) -> int:
        """Return how much memory the server's process has in use."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) * 1024

    def spooled_batches(self) -> int:
        """Return how many batches wait in the spool."""
        path = self.var / "spool.sqlite3"
        if not path.exists():
            return 0
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            [count] = connection.execute("SELECT count(*) FROM batch").fetchone()
            return int(count)

    def wait_until_drained(self, seconds: float) -> float:
        """Wait until nothing waits in the spool and return how many seconds that took."""
        began = time.monotonic()
        while count := self.spooled_batches():
            waited = time.monotonic() - began
            assert waited < seconds, f"{count} batches after {waited:.1f} s\n{self.log[-5000:]}"
            time.sleep(POLL_SECONDS)
        return time.monotonic() - began

    def worker_pids(self) -> list[int]:
        """Return the processes that answer requests, without multiprocessing's own."""
        pids = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and _parent(folder) == self.pid:
                command = _read(folder / "cmdline")
                if b"spawn_main" in command:
                    pids.append(int(folder.name))
        return sorted(pids)

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a management command beside the server and return what it prints."""
        finished = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    def run(self, code: str) -> str:
        """Run Python beside the server, with the models at hand."""
        return self.manage("shell", "--no-imports", "--command", code)

    @property
    def is_sqlite(self) -> bool:
        return self.environment["DATABASE_URL"].startswith("sqlite:")

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection | psycopg.Connection]:
        """Open the database for statements of one's own, each its own transaction."""
        url = self.environment["DATABASE_URL"]
        *_, folder, name = url.split("/")
        if self.is_sqlite:
            path = url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as file:
                yield file
        else:
            with psycopg.connect(
                host=unquote(folder), user="postgres", dbname=name, autocommit=True
            ) as server:
                yield server

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.connect() as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> int:
        [(value,)] = self.rows(query)
        assert isinstance(value, int)
        return value

    def counts(self, query: str) -> dict[str, int]:
        """Return what a query of two columns counts."""
        return {str(name): int(str(count)) for name, count in self.rows(query)}

    @cached_property
    def site_keys(self) -> list[str]:
        return [str(key) for (key,) in self.rows("SELECT key FROM sites_site ORDER BY id")]


def install(var: Path, database_url: str, *, workers: int = 1, **variables: str) -> Installation:
    """Make an installation on a database; it is not started.

    All its requests may come from this machine, which is also the proxy that names the senders.
    """
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(var),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "s" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "TRUSTED_PROXIES": "127.0.0.1",
        "ADDRESS_LIMIT": "0",
        "SITE_LIMIT": "0",
        **variables,
    }
    return Installation(var, environment, workers)


def fill(installation: Installation, sites: int) -> None:
    """Make the tables, an owner and sites."""
    installation.manage("migrate", "--verbosity=0")
    installation.run(PREPARE.format(sites=sites))


def sqlite_url(var: Path) -> str:
    return f"sqlite:///{var / 'tracking.sqlite3'}"


def domains(count: int) -> Sequence[str]:
    """Return the domains of the sites of `install`."""
    return [f"{number or ''}example.com" for number in range(count)]


def _parent(process: Path) -> int:
    status = _read(process / "stat").rpartition(b") ")[2].split()
    return int(status[1]) if len(status) > 1 else 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process has ended
        return b""
