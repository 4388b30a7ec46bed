"""What an operator does to whole sites: pausing their collection and handing them over."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from sites.models import Site
from sites.ownership import TransferRefused, transfer_site
from sites.pausing import outcome


def run(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("eve@example.com")


# Pausing


def test_pause_says_how_many_sites_it_changed(site: Site) -> None:
    assert run("pause", "example.com") == "1 site paused.\n"
    assert run("pause", "example.com") == "1 site was paused already.\n"
    site.refresh_from_db()
    assert site.paused_at is not None
    assert run("pause", "example.com", "--resume") == "1 site resumed.\n"


@pytest.mark.parametrize(
    ("changed", "chosen", "sentence"),
    [
        (2, 3, "2 sites paused. 1 site was paused already."),
        (0, 2, "2 sites were paused already."),
        (1200, 1200, "1,200 sites paused."),
    ],
)
def test_outcome_tells_which_were_paused_before(changed: int, chosen: int, sentence: str) -> None:
    assert outcome(changed, chosen, is_resumed=False) == sentence


def test_pause_answers_as_json(site: Site) -> None:
    assert json.loads(run("pause", str(site.pk), "--json")) == {
        "sites": ["example.com"],
        "state": "paused",
        "changed": 1,
    }


def test_one_unknown_site_pauses_none(site: Site) -> None:
    with pytest.raises(CommandError, match="There is no site"):
        run("pause", "example.com", "unknown.example")
    site.refresh_from_db()
    assert site.paused_at is None


# Handing over


def test_transfer_gives_a_site_with_its_key_to_another_owner(site: Site, other: User) -> None:
    key = site.key

    said = run("transfer", "example.com", "--to", "EVE@example.com")

    site.refresh_from_db()
    assert (site.owner, site.key) == (other, key)
    assert said.startswith("example.com belongs to eve@example.com, after ")
    assert "already" in run("transfer", "example.com", "--to", other.email)


def test_dry_run_hands_nothing_over(site: Site, other: User) -> None:
    before = site.owner
    said = json.loads(run("transfer", "example.com", "--to", other.email, "--dry-run", "--json"))

    site.refresh_from_db()
    assert site.owner == before
    assert (said["changed"], said["dry_run"], said["to"]) == (True, True, other.email)


def _inactive(site: Site, other: User) -> None:
    User.objects.filter(pk=other.pk).update(is_active=False)


def _has_one(site: Site, other: User) -> None:
    Site.objects.create(owner=other, name="Mine", domain=site.domain)


@pytest.mark.parametrize(
    ("prepare", "sentence"), [(_inactive, "is inactive"), (_has_one, "has a site example.com")]
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_transfer_that_cannot_be_is_refused(
    site: Site, other: User, prepare: Any, sentence: str, dry: list[str]
) -> None:
    prepare(site, other)

    with pytest.raises(CommandError, match=sentence):
        run("transfer", str(site.pk), "--to", other.email, *dry)
    site.refresh_from_db()
    assert site.owner != other


def test_of_two_transfers_at_once_the_second_is_told(site: Site, other: User) -> None:
    third = User.objects.create_user("third@example.com")
    seen_before = Site.objects.get()
    transfer_site(site, third)

    with pytest.raises(TransferRefused, match="changed meanwhile"):
        transfer_site(seen_before, other)
    assert Site.objects.get().owner == third
