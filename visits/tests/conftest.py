"""What every test of visits needs."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from visits.collect.dimension_ids import forget_dimension_ids
from visits.collect.flood import forget_floods
from visits.collect.known_sites import known_sites
from visits.collect.salts import known_salts
from visits.collect.sample import forget_samples
from visits.collect.site_day import site_days


@pytest.fixture(autouse=True)
def forget_what_the_process_knows() -> None:
    """Each test has its own database; ids and salts of the last one are void."""
    forget_dimension_ids()
    known_salts.forget()
    known_sites.forget()
    site_days.forget()
    forget_samples()
    forget_floods()


@pytest.fixture(autouse=True)
def archive_of_our_own(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the test's archive; nobody makes it before there is something in it."""
    folder = tmp_path_factory.getbasetemp() / "archives" / secrets.token_hex(8)
    settings.ARCHIVE_URL = str(folder)
    return folder
