"""Sites that are made, changed and deleted while hits arrive: each process knows it within two seconds."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from testing.databases import Databases
from testing.installation import Install, Installation
from testing.numbered import NumberedHits, judge, loading

pytestmark = pytest.mark.faults

VISIBLE_SECONDS = 2
# Each on a connection of its own: with two processes none is asked never by chance.
ASKED = 40
KEY_OF_NEW_SITE = "newsitenewsi"
LOAD_SECONDS = 2
ADD = f"""
from sites.models import Site
owner = Site.objects.first().owner
Site.objects.create(owner=owner, name="New", domain="new.example.com",
    hostnames="example.com", key="{KEY_OF_NEW_SITE}")
"""
EXCLUDE = """
from sites.models import Exclusion, Site
Exclusion.objects.create(site=Site.objects.get(pk=1), kind="page", pattern="/excluded")
"""
DELETE = """
from sites.models import Site
Site.objects.get(pk=2).delete()
"""
TABLES = ("hit", "visit", "page", "refusal", "messageid", "dimensionquota", "hitproperty")
BOTH = pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 2)])


@BOTH
def test_changes_of_sites_are_visible_within_two_seconds(
    install: Install, kind: str, workers: int
) -> None:
    installation = install(kind, workers=workers, sites=2)
    installation.start()
    first, second = installation.site_keys
    # Whoever asks before knows the old state, or that there is no such site.
    for key in (first, second, KEY_OF_NEW_SITE):
        ask_all(installation, key)

    seen = {
        "new": change(installation, ADD, KEY_OF_NEW_SITE),
        "excluded": change(installation, EXCLUDE, first),
        "deleted": change(installation, DELETE, second),
    }

    print(f"\nWithin {VISIBLE_SECONDS} s of a change, {workers} processes on {kind}: {seen}")
    assert seen == {
        "new": {"204": ASKED},
        "excluded": {"204 page": ASKED},
        "deleted": {"404": ASKED},
    }


@BOTH
def test_deleted_site_does_not_take_hits_of_others_with_it(
    install: Install, kind: str, workers: int, request: pytest.FixtureRequest
) -> None:
    """Both sites are in nearly every batch while one of them is deleted."""
    installation = install(kind, workers=workers, sites=2)
    installation.start()
    kept, gone = installation.site_keys

    with (
        loading(installation, NumberedHits(kept), connections=16) as load,
        loading(installation, NumberedHits(gone, domain="1example.com", visitors=50), 16) as other,
    ):
        time.sleep(LOAD_SECONDS)
        installation.run(DELETE)
        time.sleep(LOAD_SECONDS)
    installation.wait_until_drained(60)
    judgement = judge(installation, load)
    rests = {
        table: count
        for table in TABLES
        if (count := installation.value(f"SELECT count(*) FROM visits_{table} WHERE site_id = 2"))
    }
    deadlocks = 0
    if kind == "postgresql":
        databases: Databases = request.getfixturevalue("databases")
        deadlocks = databases.deadlocks()

    print(
        f"\nSite deleted under load on {kind}: {judgement}; answers for the other site"
        f" {dict(load.result.answers)}, for the deleted {dict(other.result.answers)},"
        f" {deadlocks} deadlocks, left of it: {rests}"
    )
    assert judgement.is_right
    assert set(load.result.answers) == {"204"}
    # 503: it went in the moment in which the hit was looked at.
    assert {"204", "404"} <= set(other.result.answers) <= {"204", "404", "503"}
    assert not rests
    assert deadlocks == 0
    assert "unhandled" not in installation.log


def change(installation: Installation, code: str, key: str) -> dict[str, int]:
    """Change something and return how all are answered two seconds later."""
    installation.run(code)
    time.sleep(VISIBLE_SECONDS)
    return ask_all(installation, key)


def ask_all(installation: Installation, key: str) -> dict[str, int]:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(installation.post_hit, [key] * ASKED))
    return dict(Counter(status for status, _ in answers))
