"""What an operator reads after `prune` and `resetsite`."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sites.models import Site
from visits.models import Hit, SiteDay, Visit
from visits.tests.factory import make_visit
from visits.upkeep.closing import close_days
from visits.upkeep.removal import begin_reset

NOW = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", lambda seconds: None)


@pytest.fixture
def old_site(site: Site) -> Site:
    """A site that keeps ten days and has visits of today and of two older days, one not closed."""
    for days in (0, 20, 30):
        make_visit(site, started_at=NOW - dt.timedelta(days=days), pageviews=["/", "/b"])
    close_days(NOW)
    SiteDay.objects.filter(day=NOW.date() - dt.timedelta(days=30)).update(changes=9)
    site.keeps_facts_days = 10
    site.save()
    return site


def run(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def test_prune_says_what_it_removed_of_each_site(old_site: Site) -> None:
    assert run("prune") == (
        "example.com: 1 day (hits 2, visits 1), 1 day not archived yet.\n"
        "Removed: hits 2, visits 1.\n"
    )
    assert Visit.objects.count() == 2


def test_dry_run_says_the_same_and_removes_nothing(old_site: Site) -> None:
    assert run("prune", "--dry-run") == (
        "example.com: 1 day (hits 2, visits 1), 1 day not archived yet.\n"
        "Would be removed: hits 2, visits 1.\n"
    )
    assert Hit.objects.count() == 6


def test_second_prune_finds_nothing_more(old_site: Site) -> None:
    run("prune")

    assert run("prune") == (
        "example.com: 0 days (nothing), 1 day not archived yet.\nRemoved: nothing.\n"
    )


def test_prune_of_one_site_leaves_the_others(old_site: Site) -> None:
    other = Site.objects.create(owner=old_site.owner, name="Other", domain="other.example")

    assert run("prune", "--site", "other.example") == (
        "other.example: 0 days (nothing).\nRemoved: nothing.\n"
    )
    assert Visit.objects.exclude(site=other).count() == 3


def test_prune_finishes_what_a_deletion_and_a_reset_have_left(
    old_site: Site, stranger: Any
) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    make_visit(other, started_at=NOW)
    begin_reset(other, NOW)
    Site.objects.filter(pk=old_site.pk).discard(NOW)

    assert "example.com is deleted: all of it.\n" in run("prune", "--dry-run")
    output = run("prune")

    assert "other.example was reset: hits 1, pages 1, visits 1.\n" in output
    assert not Visit.objects.exists()
    assert not Site.with_deleted.filter(pk=old_site.pk).exists()


def test_site_that_is_not_there_is_an_error(old_site: Site) -> None:
    for command in (["prune", "--site"], ["resetsite", "--no-input"]):
        with pytest.raises(CommandError, match=r"There is no site nowhere\.example"):
            run(*command, "nowhere.example")


def test_reset_without_questions_says_what_it_removed(old_site: Site) -> None:
    assert run("resetsite", "--no-input", "example.com") == (
        "example.com is reset. Removed: hits 6, pages 2, visits 3.\n"
    )
    assert not Visit.objects.exists()


def test_reset_wants_the_domain(old_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        run("resetsite", "example.com")
    assert Visit.objects.count() == 3

    monkeypatch.setattr("builtins.input", lambda question: "example.com")
    run("resetsite", "example.com")

    assert not Visit.objects.exists()


def test_help_of_a_reset_says_all_that_stays(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("resetsite", "--help")

    said = " ".join(capsys.readouterr().out.split())
    assert "settings, goals, funnels, segments, notes, shared links and exclusions stay" in said
