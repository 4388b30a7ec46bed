"""Where all time begins."""

from __future__ import annotations

import datetime as dt

from sites.models import Site
from visits.models.siteday import SiteDay
from visits.reports.first_day import first_day
from visits.tests.factory import NOON, make_visit

ONE_DAY = dt.timedelta(days=1)


def test_all_time_begins_with_the_first_visit(site: Site) -> None:
    make_visit(site)
    make_visit(site, started_at=NOON - 400 * ONE_DAY)

    assert first_day(site) == NOON.date() - 400 * ONE_DAY


def test_sums_outlast_the_visits_of_a_day(site: Site) -> None:
    make_visit(site)
    SiteDay.objects.create(site=site, day=dt.date(2020, 5, 4), visits=3)
    SiteDay.objects.create(site=site, day=dt.date(2019, 5, 4), visits=0)

    assert first_day(site) == dt.date(2020, 5, 4)


def test_site_without_visits_begins_when_it_was_added(site: Site) -> None:
    site.created_at = dt.datetime(2026, 5, 4, 23, 30, tzinfo=dt.UTC)

    # In Berlin it was the next day.
    assert first_day(site) == dt.date(2026, 5, 5)
