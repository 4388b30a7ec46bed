"""What the tests of reports share."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from visits.tests.reports.engines import ENGINES, Engine


@pytest.fixture(params=ENGINES, ids=[engine.name for engine in ENGINES])
def engine(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Engine:
    """Each way in which the days that are asked for can be stored, one after the other."""
    engine: Engine = request.param
    engine.require()
    settings.ARCHIVE_URL = str(tmp_path / "archive") if engine.has_archive else ""
    return engine
