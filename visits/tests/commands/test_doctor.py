"""What an operator and a monitor learn from `doctor`."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from visits.management.commands import doctor
from visits.service.finding import Finding, ok, problem, warning

FINE = ok("disk", "There is room.")
POOR = warning("places", "No file.", "Run `make geoip`.")
BROKEN = problem("clock", "It is wrong.", "Set it.")


def examined(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    monkeypatch.setattr(doctor, "examine", lambda now, reaches_out: findings)


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit status and what was printed."""
    output = StringIO()
    try:
        call_command("doctor", *arguments, stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


@pytest.mark.parametrize(
    ("findings", "status"), [((FINE,), 0), ((FINE, POOR), 1), ((FINE, BROKEN, POOR), 2)]
)
def test_exit_status_is_that_of_the_worst_finding(
    monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], status: int
) -> None:
    examined(monkeypatch, *findings)

    assert run()[0] == status


def test_text_has_findings_and_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    examined(monkeypatch, FINE, POOR)

    assert run()[1].splitlines() == [
        "ok       disk    There is room.",
        "WARNING  places  No file.",
        "                 Run `make geoip`.",
        "There are warnings.",
    ]


def test_json_has_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    examined(monkeypatch, FINE, BROKEN)

    status, output = run("--json")

    assert status == 2
    assert json.loads(output) == {
        "status": "problem",
        "checks": [
            {"check": "disk", "status": "ok", "text": "There is room.", "hint": ""},
            {"check": "clock", "status": "problem", "text": "It is wrong.", "hint": "Set it."},
        ],
    }


def test_real_checks_are_made(db: None, settings: Any) -> None:
    status, output = run("--json", "--offline")

    checks = {each["check"]: each["text"] for each in json.loads(output)["checks"]}
    assert status in {0, 1}, checks
    assert "of this version" in checks["migrations"]
