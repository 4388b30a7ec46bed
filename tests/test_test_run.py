"""A test run touches nothing of the developer's and no other machine."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from testing import environment, tools
from testing.network import NetworkUse

PROJECT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "example.com", "0.0.0.0"])
def test_connection_to_another_machine_is_refused(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    with socket.socket(family) as connection, pytest.raises(NetworkUse):
        connection.connect((address, 80))


def test_connection_to_this_machine_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_every_variable_of_the_settings_is_fixed() -> None:
    source = (PROJECT / "tracking_project" / "settings.py").read_text(encoding="utf-8")

    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))

    assert read - {"VAR_DIR", "DATABASE_URL", "ARCHIVE_URL"} == set(environment.ENVIRONMENT)


def test_files_of_a_run_are_not_in_the_project() -> None:
    assert not Path(settings.VAR_DIR).is_relative_to(PROJECT)


@pytest.mark.django_db
def test_database_is_the_one_of_the_run() -> None:
    name = f"{connection.settings_dict['HOST']} {connection.settings_dict['NAME']}"

    assert os.environ["VAR_DIR"] in name
    assert connection.vendor == environment.database_kind()


def test_missing_tool_skips_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="No wrench"):
        tools.missing("No wrench.")


def test_missing_tool_fails_a_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="No wrench"):
        tools.missing("No wrench.")
