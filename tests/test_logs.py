"""Logs tell what happened, not who it was."""

from __future__ import annotations

import json
import logging
from io import StringIO

import pytest
import structlog
from django.conf import settings
from django.test import Client

from tracking_project.logs import SHARED_PROCESSORS, tell_refusals_by_reason


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the installation's own handler writes during the test."""
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    stream = StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def test_request_is_logged_by_its_route_without_the_visitor(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/accounts/login/?next=/secret", headers={"user-agent": "SecretBrowser/1.0"})

    event = next(record.msg for record in caplog.records if record.name.endswith("middleware"))
    assert isinstance(event, dict)
    assert (event["event"], event["method"], event["route"], event["status"]) == (
        "request",
        "GET",
        "accounts/login/",
        200,
    )
    text = str(event)
    assert "SecretBrowser" not in text
    assert "127.0.0.1" not in text
    assert "secret" not in text.lower()


@pytest.mark.parametrize(
    ("host", "reason"), [("evil.example", "DisallowedHost"), ("testserver", "csrf")]
)
def test_refused_request_is_logged_by_its_reason_alone(
    db: None, written: StringIO, host: str, reason: str
) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": host})

    client.post("/accounts/password/reset/key/1-secret/?q=secret")

    log = written.getvalue()
    assert log.count("request_refused") == 1
    assert reason in log
    for hidden in ("secret", host, "Traceback"):
        assert hidden not in log


@pytest.mark.parametrize("method", ["get", "post"])
def test_too_many_fields_are_no_error(db: None, written: StringIO, method: str) -> None:
    fields = {
        f"field-{number}": "secret" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)
    }
    client = Client(headers={"host": "testserver"})

    response = getattr(client, method)("/accounts/login/", fields)

    lines = written.getvalue()
    assert response.status_code == 400
    assert lines.count("request_refused") == 1
    assert "TooManyFieldsSent" in lines
    for hidden in ("[error", '"error"', "secret", "Traceback"):
        assert hidden not in lines


@pytest.mark.parametrize("logger", ["django.security.TooManyFieldsSent", "django.security.csrf"])
def test_refusal_is_a_warning_whatever_django_calls_it(logger: str) -> None:
    event = {"logger": logger, "level": "error", "event": "Refused: /secret"}

    assert tell_refusals_by_reason(None, "error", event)["level"] == "warning"


def test_line_breaks_in_a_value_stay_in_one_line() -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
        foreign_pre_chain=SHARED_PROCESSORS,
    )
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\r\nb\x1b[31m", None, None)

    line = formatter.format(record)

    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["event"] == "a\r\nb\x1b[31m"
