"""Upkeep while the server runs."""

from __future__ import annotations

import logging

import pytest

from visits.upkeep import scheduler


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]


def test_job_that_fails_is_logged_and_the_thread_goes_on(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(now: object) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(scheduler, "destroy_salts", fail)

    with caplog.at_level(logging.INFO):
        scheduler.run_upkeep()

    assert events(caplog) == ["upkeep_failed"]


@pytest.mark.parametrize(("count", "logged"), [(0, []), (2, ["upkeep_done"])])
def test_job_is_logged_when_it_had_something_to_do(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    count: int,
    logged: list[str],
) -> None:
    monkeypatch.setattr(scheduler, "destroy_salts", lambda now: count)

    with caplog.at_level(logging.INFO):
        scheduler.run_upkeep()

    assert events(caplog) == logged
