"""A server that is asked to stop under load: what it has acknowledged is stored, and it ends soon."""

from __future__ import annotations

import time

import pytest

from testing.installation import Install
from testing.numbered import NumberedHits, judge, loading

pytestmark = pytest.mark.faults

STOPS = 2
LOAD_SECONDS = 1.0
STOPPED_SECONDS = 10


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 2)])
def test_server_that_stops_under_load_loses_nothing(
    install: Install, kind: str, workers: int
) -> None:
    installation = install(kind, workers=workers)
    installation.start()
    stops = []

    with loading(installation, NumberedHits(installation.site_keys[0])) as load:
        for _ in range(STOPS):
            time.sleep(LOAD_SECONDS)
            stops.append(installation.end())
            installation.start()
    judgement = judge(installation, load)
    waiting = installation.spooled_batches()

    print(
        f"\n{STOPS} stops on {kind}: {judgement}; ended after {min(stops):.1f} to {max(stops):.1f} s;"
        f" answers {dict(load.result.answers)}"
    )
    assert judgement.is_right
    assert waiting == 0
    assert max(stops) <= STOPPED_SECONDS
    # One that has no answer was not acknowledged: its sender tries again.
    assert set(load.result.answers) <= {"204", "503", "lost"}
    assert "unhandled" not in installation.log
