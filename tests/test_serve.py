"""The whole installation in one process, asked from outside."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator

import pytest

from testing.server import Server, serve


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("serve"), "example.com") as running:
        yield running


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

    status, _ = server.ask("/sites/1/visit", b"event=BashVisit&url=/", headers)

    assert status == 204
    assert server.rows("SELECT name FROM visits_eventname") == [("BashVisit",)]


def test_large_body_is_refused(server: Server) -> None:
    status, body = server.ask("/t", b"x" * 100_000)

    assert status == 413
    assert "body" in json.loads(body)["errors"]


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/admin/login/", "/healthz", "/t.js"])
def test_one_process_serves_it_all(server: Server, path: str) -> None:
    assert server.ask(path)[0] == 200


def test_pages_refer_to_no_other_host(server: Server) -> None:
    page = server.ask("/")[1].decode()

    assert "//" not in page.replace(server.url, "")


def test_log_has_no_address_and_no_user_agent(server: Server) -> None:
    server.ask("/accounts/login/", headers={"User-Agent": "SecretBrowser/1.0"})

    log = (server.var / "log").read_text()

    assert '"event": "request"' in log
    assert "SecretBrowser" not in log
    assert "Firefox" not in log
    assert all("127.0.0.1" not in line for line in log.splitlines() if '"request"' in line)


def test_static_files_leave_no_warning_in_the_log(server: Server) -> None:
    [path] = re.findall(r'href="(/static/css/tokens[^"]*)"', server.ask("/")[1].decode())

    status, _ = server.ask(path)

    assert status == 200
    assert "Warning" not in server.log


def test_server_stops_on_request(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=30) in (0, -signal.SIGTERM)
