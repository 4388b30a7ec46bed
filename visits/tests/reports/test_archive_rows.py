"""Months of the archive that are asked together: the same answers as month by month."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sites.models import Site
from visits.models import Goal, HitRevenue, Operator
from visits.reports import archive_rows
from visits.reports.breakdown import breakdown
from visits.reports.filters import Filter
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.timeseries import timeseries
from visits.tests.factory import NOON, make_hit, make_visit
from visits.upkeep.closing import close_days

THIRTY_DAYS = dt.timedelta(days=30)
Answer = tuple[Any, tuple[Any, ...]]


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with visits in four months, by the same two visitors in each."""
    for month in range(4):
        at = NOON - month * THIRTY_DAYS
        for visitor in (1, 1, 2):
            visit = make_visit(site, visitor=visitor, started_at=at, pageviews=["/", "/a"])
            hit = make_hit(visit, event="Buy")
            HitRevenue.objects.create(site=site, hit=hit, currency="EUR", amount_micros=1 + month)
    Goal.objects.create(site=site, name="Bought", kind=Goal.Kind.EVENT, event_name="Buy")
    close_days(NOON + THIRTY_DAYS)
    return site


def answers(site: Site, *filters: Filter) -> list[Answer]:
    period = Period.custom((NOON - 4 * THIRTY_DAYS).date(), NOON.date())
    asked = ReportQuery((site,), period, filters=filters)
    goals = breakdown(asked, "goal", ("visitors", "conversions", "revenue"))
    pages = breakdown(asked, "page", ("visitors", "visits", "pageviews"))
    hours = breakdown(asked, "entry_page", ("visitors", "visits", "bounce_rate"))
    series = timeseries(asked, ("visitors", "revenue"), NOON)
    return [(row.key, row.values) for each in (goals, pages, hours, series) for row in each.rows]


@pytest.mark.parametrize("filters", [(), (Filter("page", Operator.IS, ("/a",)),)])
def test_months_together_answer_as_each_by_itself(
    busy: Site, filters: tuple[Filter, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = answers(busy, *filters)

    monkeypatch.setattr(archive_rows, "MAX_VISITS_TOGETHER", 0)

    assert answers(busy, *filters) == together
    assert together[0][1][:2] == (8, 12)
