"""A production server to be treated badly: `make test-faults` runs these tests and prints their figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from testing import installation, postgres, tools
from testing.databases import Databases
from testing.installation import Install, Installation
from testing.server import Server, serve

Filled = Callable[[str, int], str]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one site and no limit of requests; its temporary files would go to `temporary`."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "temporary").mkdir()
    variables = {
        "TMPDIR": str(folder / "temporary"),
        # All requests come from this machine.
        "ADDRESS_LIMIT": "0",
        "SITE_LIMIT": "0",
    }
    with serve(folder, "example.com", **variables) as running:
        yield running


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A PostgreSQL of our own that waits for the disk, for any number of databases."""
    binaries = postgres.find_binaries()
    if binaries is None:
        tools.missing(postgres.MISSING)
    with Databases.run(binaries) as running:
        yield running


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Filled:
    """Databases with an owner and so many sites, made once."""

    @cache
    def make(kind: str, sites: int) -> str:
        folder = tmp_path_factory.mktemp(f"{kind}-with-{sites}-sites")
        url = (
            installation.sqlite_url(folder)
            if kind == "sqlite"
            else request.getfixturevalue("databases").create()
        )
        installation.fill(installation.install(folder, url), sites)
        return url

    return make


@pytest.fixture
def install(tmp_path: Path, filled: Filled, request: pytest.FixtureRequest) -> Iterator[Install]:
    """Make installations, and end what is left of them."""
    made: list[Installation] = []

    def make(
        kind: str = "sqlite", sites: int = 1, var: Path | None = None, **options: Any
    ) -> Installation:
        folder = var or tmp_path / f"installation-{len(made)}"
        folder.mkdir(exist_ok=True)
        template = filled(kind, sites)
        if kind == "sqlite":
            url = installation.sqlite_url(folder)
            shutil.copy(template.removeprefix("sqlite:///"), folder)
        else:
            url = request.getfixturevalue("databases").create(template.rpartition("/")[2])
        made.append(installation.install(folder, url, **options))
        assert len(made[-1].site_keys) == sites
        return made[-1]

    yield make
    for one in made:
        one.kill()
