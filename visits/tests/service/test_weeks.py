"""How sites fare, from the sums of their days."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from sites.models import Site
from visits.models import SiteDay
from visits.service.weeks import site_weeks

NOW = dt.datetime(2026, 5, 15, 12, 40, tzinfo=dt.UTC)
LAST = dt.date(2026, 5, 14)
ONE_DAY = dt.timedelta(days=1)


def make_days(owner: User, name: str, *visitors: int, **fields: int | None) -> Site:
    """Return a site with so many visitors on each of the days up to the last, two views each."""
    site = Site.objects.create(owner=owner, name=name, domain=f"{name.lower()}.test")
    defaults = {"changes": 0, "closed_changes": 0, "archived_changes": 0}
    for back, count in enumerate(visitors):
        SiteDay.objects.create(
            site=site,
            day=LAST - back * ONE_DAY,
            visitors=count,
            pageviews=2 * count,
            **defaults | fields,
        )
    return site


def test_last_seven_days_are_compared_with_those_before(owner: User) -> None:
    make_days(owner, "Steady", *[10] * 7, *[5] * 7, *[1] * 30)

    [week] = site_weeks(NOW).sites

    assert (week.name, week.visitors, week.before, week.change_rate) == ("Steady", 70, 35, 1.0)
    assert (week.hits, week.first_on) == (2 * (70 + 35 + 14), LAST - 27 * ONE_DAY)


@pytest.mark.parametrize(
    ("hour", "last_on"), [(12, LAST), (13, LAST), (11, LAST - ONE_DAY), (0, LAST - ONE_DAY)]
)
def test_last_day_is_over_and_closed_in_every_time_zone(
    db: None, hour: int, last_on: dt.date
) -> None:
    assert site_weeks(NOW.replace(hour=hour)).last_on == last_on


def test_leaders_growers_and_losers(owner: User) -> None:
    for name, now, before in [
        ("Large", 900, 1000),
        ("Doubled", 80, 40),
        ("Born", 50, 0),
        ("Tiny", 8, 1),
        ("Halved", 20, 40),
        ("Level", 1001, 1000),
        ("Silent", 0, 40),
    ]:
        make_days(owner, name, now, *[0] * 6, before)

    weeks = site_weeks(NOW)

    assert [site.name for site in weeks.top()] == ["Level", "Large", "Doubled", "Born", "Halved"]
    assert [site.name for site in weeks.growing()] == ["Born", "Doubled"]
    assert [site.name for site in weeks.falling()] == ["Silent", "Halved", "Large"]
    assert weeks.active() == 6


def test_sites_whose_days_are_not_closed_are_behind(owner: User) -> None:
    make_days(owner, "Closed", 1, 1)
    make_days(owner, "Open", 1, closed_changes=None, archived_changes=None)
    late = make_days(owner, "Late", 1, 1)
    SiteDay.objects.filter(site=late, day=LAST).delete()
    make_days(owner, "Changed", 1, 1, changes=1)

    weeks = site_weeks(NOW)

    assert [site.name for site in weeks.behind()] == ["Open", "Late"]
    assert weeks.waiting_days() == 3


def test_days_without_hits_that_were_removed_wait_for_nothing(owner: User) -> None:
    make_days(owner, "Pruned", 1, changes=3, is_pruned=True)

    assert site_weeks(NOW).waiting_days() == 0


def test_hits_of_a_day_are_those_since_there_are_any(owner: User) -> None:
    make_days(owner, "New", 10, 10, 10)
    make_days(owner, "Newer", 30)

    assert site_weeks(NOW).hits_per_day() == 2 * (30 + 30) / 3


def test_deleted_sites_are_left_out(owner: User) -> None:
    make_days(owner, "Gone", 10)
    Site.objects.all().discard(NOW)

    assert site_weeks(NOW).sites == ()
    assert site_weeks(NOW).hits_per_day() == 0
