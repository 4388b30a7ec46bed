"""What operators' monitors ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, InterfaceError, OperationalError, connection
from django.test import Client

from visits.collect.outcome import Refused
from visits.collect.spool import Spool
from visits.collect.writer import open_spool
from visits.models import RefusalReason

REFUSED = Refused(1, RefusalReason.BOT, 1_777_000_000)


@pytest.fixture
def spool(settings: Any, tmp_path: Any) -> Iterator[Spool]:
    """A spool of one megabyte, in a folder of its own."""
    settings.VAR_DIR, settings.SPOOL_MAX_MB = tmp_path, 1
    opened = open_spool()
    yield opened
    opened.close()


def test_health_needs_no_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_while_the_database_answers(client: Client, db: None, spool: Spool) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "spool": "empty"}}


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_not_ready_while_the_database_is_away(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, kind: type[Error]
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise kind("secret address of the database")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", fail)
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "unavailable"
    assert b"secret" not in response.content


def test_ready_while_the_spool_holds_hits(client: Client, db: None, spool: Spool) -> None:
    spool.append([REFUSED])

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "spool": "holding"}


def test_not_ready_while_the_spool_is_full(client: Client, db: None, spool: Spool) -> None:
    spool.append([REFUSED] * 15_000)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {"database": "ok", "spool": "full"},
    }


def test_damaged_spool_is_told_and_stops_nothing(client: Client, db: None, spool: Spool) -> None:
    spool.path.write_bytes(b"no database " * 1_000)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "spool": "unreadable"}
