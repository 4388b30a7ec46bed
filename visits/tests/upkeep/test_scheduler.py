"""Upkeep while the server runs."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from django.db import OperationalError
from django.utils import timezone

from sites.models import Site
from visits.models import (
    DimensionQuota,
    MessageId,
    RefusalReason,
    RefusalSample,
    Salt,
    UpkeepJob,
)
from visits.upkeep import scheduler


@pytest.fixture(autouse=True)
def keep_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's transaction is in this thread's connection; the upkeep thread closes its own."""
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: None)


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


def test_every_job_is_done(site: Site) -> None:
    long_ago = timezone.now() - dt.timedelta(days=9)
    Salt.objects.create(day=long_ago.date(), created_at=long_ago)
    MessageId.objects.create(site=site, digest=1, at=long_ago)
    RefusalSample.objects.create(site=site, at=long_ago, reason=RefusalReason.BOT)
    DimensionQuota.objects.create(site=site, day=long_ago.date(), dimension="page")

    scheduler.run_upkeep()

    for model in (Salt, MessageId, RefusalSample, DimensionQuota):
        assert not model._default_manager.exists()


def test_jobs_of_other_rooms_are_done_too(db: None, caplog: pytest.LogCaptureFixture) -> None:
    def remove_leaves(now: dt.datetime) -> int:
        return 3

    with caplog.at_level(logging.INFO):
        scheduler.run_upkeep(remove_leaves)

    [record] = caplog.records
    assert isinstance(record.msg, dict)
    assert (record.msg["job"], record.msg["count"]) == ("remove_leaves", 3)


def test_what_became_of_each_job_is_noted(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = iter([lambda: 3, lambda: 1 / 0])

    def sweep(now: dt.datetime) -> int:
        return int(next(outcomes)())

    scheduler.run_upkeep(sweep)
    [(first, problem)] = UpkeepJob.objects.filter(name="sweep").values_list("count", "problem")
    scheduler.run_upkeep(sweep)

    job = UpkeepJob.objects.get(name="sweep")
    assert (first, problem) == (3, "")
    assert (job.count, job.problem) == (3, "ZeroDivisionError: division by zero")
    assert job.succeeded_at is not None
    assert job.ran_at > job.succeeded_at
    assert UpkeepJob.objects.get(name="close_days").problem == ""


def test_job_whose_fate_cannot_be_noted_is_done_all_the_same(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(UpkeepJob.objects, "update_or_create", fail)

    scheduler.run_upkeep(lambda now: 0)

    assert set(events(caplog)) == {"job_not_noted"}
