"""Which days go when a site keeps only so many, and what is left of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sites.models import Site
from visits.archive.catalogue import SiteDays, days_of
from visits.archive.store import StoreError, archive_store
from visits.models import Archive, Hit, HitProperty, SiteDay, Visit
from visits.tests.factory import make_hit, make_visit
from visits.tests.upkeep.collected import orphans, rows_of
from visits.upkeep import retention, steps
from visits.upkeep.closing import close_days
from visits.upkeep.retention import Limits, enforce_retention, plan, prune

TODAY = dt.date(2026, 5, 15)
NOW = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of four rows without pauses."""
    monkeypatch.setattr(steps, "STEP_ROWS", 4)
    monkeypatch.setattr("visits.upkeep.steps.time.sleep", lambda seconds: None)


def collect(site: Site, *days_ago: int) -> None:
    """Store three visits on each of these days: of two views, one with an event and its property."""
    for days in days_ago:
        for hour in range(3):
            visit = make_visit(
                site, started_at=NOW - days * DAY - hour * DAY / 24, pageviews=["/", f"/{days}"]
            )
        make_hit(visit, event="Sign up", properties={"plan": "free"})


def keep(site: Site, facts_days: int | None, archive_days: int | None = None) -> None:
    site.keeps_facts_days, site.keeps_archive_days = facts_days, archive_days
    site.save()


def known(site: Site) -> SiteDays:
    return days_of([site.pk], TODAY - 400 * DAY, TODAY - DAY)[site.pk]


def days_left() -> list[int]:
    """Return how many days ago there are facts, the newest first."""
    days = set(Visit.objects.values_list("day", flat=True))
    assert days == set(Hit.objects.values_list("day", flat=True))
    return sorted((TODAY - day).days for day in days)


# Facts


def test_site_that_keeps_all_loses_nothing(site: Site) -> None:
    collect(site, 0, 1000)
    close_days(NOW)

    assert enforce_retention(NOW) == 0

    assert days_left() == [0, 1000]


def test_facts_of_older_days_go_and_their_numbers_stay(site: Site) -> None:
    collect(site, 0, 1, 7, 8, 30)
    close_days(NOW)
    before = known(site)
    keep(site, 7)

    pruned = prune(site, NOW)

    assert days_left() == [0, 1, 7]
    assert (pruned.days, pruned.waiting_days) == (2, 0)
    assert pruned.counts == {"visits": 6, "hits": 14, "hit properties": 2}
    assert orphans() == {}
    after = known(site)
    assert (after.sums, after.months) == (before.sums, before.months)
    assert after.pruned == {TODAY - 8 * DAY, TODAY - 30 * DAY}


def test_days_are_those_of_the_site(site: Site) -> None:
    keep(site, 7, 40)

    late_evening = dt.datetime(2026, 5, 15, 22, 30, tzinfo=dt.UTC)

    assert Limits.of(site, late_evening) == Limits(dt.date(2026, 5, 9), dt.date(2026, 4, 1))
    assert Limits.of(site, NOW) == Limits(dt.date(2026, 5, 8), dt.date(2026, 4, 1))


def test_other_sites_keep_theirs(site: Site) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    collect(other, 30)
    collect(site, 30)
    close_days(NOW)
    keep(site, 7)
    before = rows_of(other.pk)

    enforce_retention(NOW)

    assert rows_of(other.pk) == before
    assert not Visit.objects.filter(site=site).exists()


def test_site_that_fails_leaves_the_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    for place in (site, other):
        collect(place, 8)
        keep(place, 7)
    close_days(NOW)
    verify = retention.Pruning._verify_month

    def fail_first(self: retention.Pruning, day: dt.date) -> None:
        if self.site == site:
            raise OverflowError
        verify(self, day)

    monkeypatch.setattr(retention.Pruning, "_verify_month", fail_first)

    assert enforce_retention(NOW) == 11
    assert set(Visit.objects.values_list("site", flat=True)) == {site.pk}


def test_day_that_is_not_archived_waits(site: Site) -> None:
    collect(site, 8, 9)
    keep(site, 7)

    pruned = prune(site, NOW)

    assert (pruned.days, pruned.waiting_days) == (0, 2)
    assert days_left() == [8, 9]


def test_day_that_changed_after_it_was_archived_waits(site: Site) -> None:
    collect(site, 8, 9)
    close_days(NOW)
    keep(site, 7)
    SiteDay.objects.filter(day=TODAY - 9 * DAY).update(changes=5)

    pruned = prune(site, NOW)

    assert (pruned.days, pruned.waiting_days) == (1, 1)
    assert days_left() == [9]


@pytest.mark.parametrize("file", ["visits_file", "hits_file"])
@pytest.mark.parametrize("is_missing", [True, False], ids=["missing", "damaged"])
def test_facts_stay_while_their_archive_is_not_what_was_written(
    site: Site, file: str, is_missing: bool
) -> None:
    collect(site, 8, 9)
    close_days(NOW)
    keep(site, 7)
    path = Path(archive_store().address(getattr(Archive.objects.get(), file)))
    path.unlink() if is_missing else path.write_bytes(path.read_bytes()[:-1] + b"?")

    assert prune(site, NOW).waiting_days == 2
    assert days_left() == [8, 9]

    close_days(NOW)
    assert prune(site, NOW).days == 2
    assert days_left() == []


def test_facts_stay_while_the_place_of_the_archive_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(site, 8)
    close_days(NOW)
    keep(site, 7)

    def fail() -> None:
        raise StoreError

    monkeypatch.setattr(retention, "archive_store", fail)

    assert prune(site, NOW).waiting_days == 1
    assert Archive.objects.get().layout == 1


def test_without_an_archive_the_sums_of_a_day_stay(site: Site, settings: Any) -> None:
    settings.ARCHIVE_URL = ""
    collect(site, 0, 8)
    close_days(NOW)
    keep(site, 7)

    prune(site, NOW)

    assert days_left() == [0]
    assert known(site).sums[TODAY - 8 * DAY].visits == 3


def test_day_is_marked_with_the_first_of_its_rows(site: Site) -> None:
    collect(site, 8)
    close_days(NOW)
    keep(site, 7)
    work = retention.Pruning(site, NOW).steps()

    assert not SiteDay.objects.filter(is_pruned=True).exists()
    next(work)

    assert SiteDay.objects.get(is_pruned=True).day == TODAY - 8 * DAY
    assert Hit.objects.count() + HitProperty.objects.count() < 8


def test_pruning_that_was_killed_is_finished_by_the_next_round(site: Site) -> None:
    collect(site, 8, 9, 10)
    close_days(NOW)
    before = known(site)
    keep(site, 7)

    for _ in range(5):
        work = retention.Pruning(site, NOW).steps()
        next(work), next(work)
        work.close()
    close_days(NOW)
    assert 0 < Visit.objects.count() < 9
    enforce_retention(NOW)

    assert days_left() == []
    assert orphans() == {}
    assert known(site).sums == before.sums
    assert known(site).months == before.months


def test_transactions_are_as_small_as_a_step(site: Site) -> None:
    collect(site, *range(8, 12))
    close_days(NOW)
    keep(site, 7)

    removed = list(retention.Pruning(site, NOW).steps())

    assert max(step.total() for step in removed) <= 4
    assert sum(removed, Counter()) == {"visits": 12, "hits": 28, "hit properties": 4}


def test_archive_of_a_month_survives_a_change_of_another_day(site: Site) -> None:
    """Files are written anew with the rows of pruned days, which nothing else has."""
    collect(site, 1, 8)
    close_days(NOW)
    keep(site, 7)
    prune(site, NOW)

    collect(site, 1)
    SiteDay.objects.filter(day=TODAY - DAY).update(changes=9)
    close_days(NOW)

    [month] = known(site).months
    assert month.days == (TODAY - 8 * DAY, TODAY - DAY)
    assert month.visit_count == 9


# The archive


def test_archive_goes_by_whole_months(site: Site) -> None:
    collect(site, 1, 14, 15, 44, 45, 80)
    close_days(NOW)
    keep(site, 7, 30)
    assert Archive.objects.count() == 4

    pruned = prune(site, NOW)

    assert days_left() == [1]
    assert [archive.month for archive in Archive.objects.order_by("month")] == [
        dt.date(2026, 4, 1),
        dt.date(2026, 5, 1),
    ]
    assert min(SiteDay.objects.values_list("day", flat=True)) == dt.date(2026, 4, 1)
    assert pruned.counts["archives"] == 2
    assert pruned.counts["site days"] == 2
    assert len(list(archive_store().files())) == 4


def test_facts_that_the_archive_outlived_go_without_one(site: Site) -> None:
    """Closing days has failed for long: what is too old for the archive goes all the same."""
    collect(site, 8, 80)
    keep(site, 7, 30)

    pruned = prune(site, NOW)

    assert days_left() == [8]
    assert (pruned.days, pruned.waiting_days) == (1, 1)


# The plan


@pytest.mark.parametrize("limits", [(None, None), (7, None), (7, 30), (60, 60)])
def test_plan_is_what_is_done(site: Site, limits: tuple[int | None, int | None]) -> None:
    collect(site, 1, 7, 8, 44, 45, 80)
    close_days(NOW)
    SiteDay.objects.filter(day=TODAY - 8 * DAY).update(changes=9)
    keep(site, *limits)

    planned = plan(site, NOW)
    done = prune(site, NOW)

    del done.counts["hit properties"]
    assert planned == done


def test_plan_changes_nothing(site: Site) -> None:
    collect(site, 8, 80)
    close_days(NOW)
    keep(site, 7, 30)
    before = rows_of(site.pk)

    plan(site, NOW)

    assert rows_of(site.pk) == before
    assert not SiteDay.objects.filter(is_pruned=True).exists()


def test_plan_notes_no_damage(site: Site) -> None:
    collect(site, 8, 9)
    close_days(NOW)
    keep(site, 7)
    archive = Archive.objects.get()
    Path(archive_store().address(archive.visits_file)).write_bytes(b"?")

    assert plan(site, NOW).waiting_days == 2

    assert Archive.objects.get().layout == archive.layout
