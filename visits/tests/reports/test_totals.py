"""Totals of a period, with what they are compared with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sites.models import Site
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.totals import totals
from visits.tests.factory import NOON, make_hit, make_visit

TODAY = NOON.date()
ONE_DAY = dt.timedelta(days=1)


def values(query: ReportQuery) -> dict[str, object]:
    report = totals(query)
    return {cell.metric.name: cell.value for cell in report.cells(report.rows[0])}


def test_totals_describe_the_visits_of_the_period(site: Site) -> None:
    make_visit(site, visitor=1, pageviews=["/", "/a", "/b"])
    make_visit(site, visitor=1, started_at=NOON + dt.timedelta(hours=2))
    make_hit(make_visit(site), event="Sign up")
    make_visit(site, started_at=NOON - ONE_DAY)

    assert values(ReportQuery((site,), Period.of("today", TODAY))) == {
        "visitors": 2,
        "visits": 3,
        "pageviews": 5,
        "events": 1,
        "views_per_visit": 5 / 3,
        "bounce_rate": 1 / 3,
        "visit_duration": (120 + 0 + 60) / 3,
    }


def test_rates_of_nothing_are_undefined(site: Site) -> None:
    assert values(ReportQuery((site,), Period.of("7d", TODAY))) == {
        "visitors": 0,
        "visits": 0,
        "pageviews": 0,
        "events": 0,
        "views_per_visit": None,
        "bounce_rate": None,
        "visit_duration": None,
    }


def test_change_is_a_share_of_the_period_before(site: Site) -> None:
    for _ in range(3):
        make_visit(site)
    for _ in range(2):
        make_visit(site, started_at=NOON - ONE_DAY)
    today = Period.of("today", TODAY)

    report = totals(ReportQuery((site,), today, today.previous(TODAY)), ["visitors", "events"])

    visitors, events = report.cells(report.rows[0])
    assert (visitors.value, visitors.previous, visitors.change_rate) == (3, 2, 0.5)
    assert (events.value, events.previous, events.change_rate) == (0, 0, None)


def test_another_site_is_not_counted(site: Site, owner: Any) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    make_visit(other)

    assert values(ReportQuery((site,), Period.of("7d", TODAY)))["visits"] == 0


def test_unknown_metric_is_refused(site: Site) -> None:
    with pytest.raises(InvalidQuery, match="“hits” is not a metric"):
        totals(ReportQuery((site,), Period.of("7d", TODAY)), ["hits"])


def test_visits_that_a_reset_gave_up_do_not_count(site: Site) -> None:
    given_up = make_visit(site)
    make_visit(site)
    site.last_reset_visit, site.is_being_reset = given_up.pk, True

    assert values(ReportQuery((site,), Period.of("today", TODAY)))["visits"] == 1
