"""What the tests of reports share."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from testing import environment
from visits.tests.reports.engines import ENGINES, ENGINES_OF_POSTGRESQL, Engine

ASKED = ENGINES if environment.database_kind() == "sqlite" else ENGINES_OF_POSTGRESQL


@pytest.fixture(params=ASKED, ids=[engine.name for engine in ASKED])
def engine(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Engine:
    """Each way in which the days that are asked for can be stored, one after the other."""
    engine: Engine = request.param
    settings.ARCHIVE_URL = str(tmp_path / "archive") if engine.has_archive else ""
    return engine
