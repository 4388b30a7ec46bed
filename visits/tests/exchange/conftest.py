"""A log that a test writes, and an import of it at noon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sites.models import Site
from visits.exchange.importing import ImportResult, import_log
from visits.tests.exchange.lines import NOW


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


@pytest.fixture
def run(site: Site) -> Callable[[Path], ImportResult]:
    return lambda path: import_log(path, site, NOW)
