"""Filters that no number leaves out."""

from __future__ import annotations

from sites.models import Site
from visits.models import Goal, Operator
from visits.reports.filters import Filter
from visits.reports.metrics import number
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.totals import totals
from visits.tests.factory import NOON, make_visit

SEEN_PRICES = Filter("goal", Operator.IS, ("Prices",))


def conversion_rate(site: Site, limit: tuple[Filter, ...]) -> float:
    period = Period.of("today", NOON.date())
    query = ReportQuery((site,), period, filters=(SEEN_PRICES,), limit=limit)
    [rate] = totals(query, ("conversion_rate",)).column("conversion_rate")
    return number(rate)


def test_rate_is_of_everybody_but_within_the_limit(site: Site) -> None:
    """Else the rate of one goal would tell how many visitors there are beyond it."""
    Goal.objects.create(site=site, name="Prices", kind="page", page_pattern="/prices")
    make_visit(site, pageviews=["/prices"])
    for _ in range(3):
        make_visit(site, pageviews=["/"])

    assert conversion_rate(site, limit=()) == 1 / 4
    assert conversion_rate(site, limit=(SEEN_PRICES,)) == 1
