"""A process that is killed while it closes days leaves nothing wrong, and the next one goes on."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from random import Random

import pytest

from testing.installation import Install, Installation
from testing.server import PROJECT

pytestmark = pytest.mark.faults

KILLS = 10
# Of the time that closing takes on this machine, the start of Python included.
KILL_SHARES = (0.3, 0.95)
DAYS = 70
HITS = 400
COLLECT = f"""
from visits.collect.batch import write_batch
from visits.tests.collect.outcomes import make_new_hit
from sites.models import Site
site = Site.objects.get().pk
for day in range(20500, 20500 + {DAYS}):
    write_batch([
        make_new_hit(site, path=f"/{{n % 9}}", visitor=day * 1000 + n // 3)._replace(
            day=day, at=day * 86400 + n * 60, day_ends_at=0
        )
        for n in range({HITS})
    ])
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_closing_that_is_killed_leaves_nothing_wrong(install: Install, kind: str) -> None:
    installation = install(kind)
    installation.run(COLLECT)
    random = Random(4)
    was_killed = 0
    began_at = time.monotonic()
    installation.manage("closedays")
    whole_seconds = time.monotonic() - began_at

    for _ in range(KILLS):
        mark_changed(installation)
        was_killed += close_and_kill(installation, whole_seconds * random.uniform(*KILL_SHARES))
        assert "all are right" in installation.manage("closedays", "--verify")
    installation.manage("closedays")
    verified = installation.manage("closedays", "--verify")

    files = list(installation.var.rglob("*.parquet"))
    print(f"\n{was_killed} kills on {kind}: {verified.strip()} {len(files)} files are left")
    assert was_killed >= KILLS / 3
    compared = re.match(r"[0-9]+", verified)
    assert compared is not None
    # And yesterday, which had no visits.
    assert int(compared[0]) == DAYS + 1
    assert clean_days(installation) == DAYS + 1
    assert remove_orphans(installation) == catalogued_files(installation)


def close_and_kill(installation: Installation, seconds: float) -> bool:
    """Close days and end the process after so many seconds; return whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "closedays"],
        cwd=PROJECT,
        env=installation.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    process.kill()
    return process.wait() == -signal.SIGKILL


def mark_changed(installation: Installation) -> None:
    installation.run(
        "from django.db.models import F\n"
        "from visits.models import SiteDay\n"
        "SiteDay.objects.update(changes=F('changes') + 1)"
    )


def clean_days(installation: Installation) -> int:
    return installation.value(
        "SELECT count(*) FROM visits_siteday"
        " WHERE closed_changes = changes AND archived_changes = changes"
    )


def catalogued_files(installation: Installation) -> int:
    return 2 * installation.value("SELECT count(*) FROM visits_archive")


def remove_orphans(installation: Installation) -> int:
    """Remove what is left over, two hours from now; return how many files there are then."""
    installation.run(
        "import datetime as dt\n"
        "from visits.upkeep.archive_files import remove_orphans\n"
        "remove_orphans(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))"
    )
    return len(list((installation.var / "archive").rglob("*.parquet*")))
