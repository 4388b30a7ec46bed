"""A queue of its own for each test, and a cast: a report of a site, sent to Ada on Mondays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sites.models import Site
from visits.digests.jobs import jobs
from visits.models import Recipient, Report, Schedule
from visits.tests.digests.factory import make_recipient, make_report, make_schedule


@pytest.fixture(autouse=True)
def queue(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    # The test's transaction lives in this connection.
    monkeypatch.setattr("visits.digests.jobs.close_old_connections", lambda: None)
    jobs.cache_clear()
    yield
    jobs.cache_clear()


@pytest.fixture
def report(site: Site) -> Report:
    return make_report(sites=[site])


@pytest.fixture
def schedule(report: Report) -> Schedule:
    return make_schedule(report)


@pytest.fixture
def recipient(schedule: Schedule) -> Recipient:
    return make_recipient(schedule)
