"""The whole installation in one process, as `manage.py serve` starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    url: str
    var: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(
            self.url + path, body, {"User-Agent": FIREFOX, **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.var / "tracking.sqlite3") as connection:
            return connection.execute(query).fetchall()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until_ready(server: Server) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        assert server.process.poll() is None, "The server ended."
        try:
            if server.ask("/readyz")[0] == 200:
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("The server did not become ready.")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A production installation with an owner and a site of its own."""
    var = tmp_path_factory.mktemp("serve")
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(var),
        "SECRET_KEY": "s" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORT": str(port),
    }
    with (var / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        server = Server(process, f"http://127.0.0.1:{port}", var, environment)
        try:
            wait_until_ready(server)
            server.manage("createowner", "owner@example.com", "--password", "correct horse staple")
            server.manage("addsite", "example.com", "--owner", "owner@example.com")
            yield server
        finally:
            process.kill()
            process.wait()


def test_acknowledged_hit_is_stored(server: Server) -> None:
    [(key,)] = server.rows("SELECT key FROM sites_site")
    body = json.dumps({"site": key, "url": "https://example.com/served"}).encode()

    status, _ = server.ask("/t", body)

    assert status == 204
    [(count,)] = server.rows(
        "SELECT COUNT(*) FROM visits_hit JOIN visits_page ON visits_page.id = page_id"
        " WHERE path = '/served'"
    )
    assert count == 1


def test_door_of_the_series_counts_curl(server: Server) -> None:
    headers = {"User-Agent": "curl/8.5.0", "Content-Type": "application/x-www-form-urlencoded"}

    status, _ = server.ask("/sites/1/visit", b"event=BashVisit&url=/", **headers)

    assert status == 204
    assert server.rows("SELECT name FROM visits_eventname") == [("BashVisit",)]


def test_large_body_is_refused_before_it_is_read(server: Server) -> None:
    status, body = server.ask("/t", b"x" * 100_000)

    assert status == 413
    assert "body" in json.loads(body)["errors"]


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/admin/login/", "/healthz", "/t.js"])
def test_one_process_serves_it_all(server: Server, path: str) -> None:
    assert server.ask(path)[0] == 200


def test_pages_refer_to_no_other_host(server: Server) -> None:
    page = server.ask("/")[1].decode()

    assert "http://" not in page.replace(server.url, "").replace("http://www.w3.org/", "")
    assert "cdn" not in page


def test_log_has_no_address_and_no_user_agent(server: Server) -> None:
    server.ask("/accounts/login/", **{"User-Agent": "SecretBrowser/1.0"})

    log = (server.var / "log").read_text()

    assert '"event": "request"' in log
    assert "SecretBrowser" not in log
    assert "Firefox" not in log
    assert all("127.0.0.1" not in line for line in log.splitlines() if '"request"' in line)


def test_server_stops_on_request(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=15) in (0, -signal.SIGTERM)
