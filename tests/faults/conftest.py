"""A production server to be treated badly: `make test-faults` runs these tests and prints their figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testing.server import Server, serve


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
