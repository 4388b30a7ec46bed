"""Days as the factory made them: left to the facts, or closed into an archive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from sites.models import Site
from visits.tests.factory import NOON

STATES = ("facts", "archive")
# All days of the tests are over.
LATER = NOON + dt.timedelta(days=7)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Close:
    """Closes the days of all sites, where there is an archive; else nothing happens."""

    has_archive: bool

    @classmethod
    def of(cls, state: str, settings: Settings, folder: Path) -> Close:
        settings.ARCHIVE_URL = str(folder / "archive") if state == "archive" else ""
        return cls(state == "archive")

    def __call__(self, until: dt.datetime = LATER) -> None:
        """Close the days up to the one of `until`."""
        if self.has_archive:
            closing = pytest.importorskip("visits.upkeep.closing", reason="No day can be closed.")
            closing.close_sites(Site.objects.all(), until + ONE_DAY)
