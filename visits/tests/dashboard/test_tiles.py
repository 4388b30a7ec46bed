"""The totals of a report: which of them, and how they are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.report import SiteReport
from visits.dashboard.scope import Scope
from visits.models import Hit, HitRevenue
from visits.tests.factory import NOON, make_hit, make_visit
from visits.tests.named import make_event_goal, make_goal

SIX = ["visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration"]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def report(client: Client, site: Site, query: str = "") -> Any:
    return client.get(reverse("site_report", args=[site.pk]) + query)


def tiles(client: Client, site: Site, query: str = "") -> dict[str, Any]:
    return {tile.name: tile for tile in report(client, site, query).context["tiles"]}


def earn(site: Site, *amounts: tuple[str, int], at: dt.datetime = NOON) -> Hit:
    """Return an event of a visit that earned so many whole units of each currency."""
    visit = make_visit(site, started_at=at - dt.timedelta(minutes=10))
    hits = [make_hit(visit, event="Sale") for _ in amounts]
    for hit, (currency, amount) in zip(hits, amounts, strict=True):
        HitRevenue.objects.create(
            site=site, hit=hit, amount_micros=amount * 1_000_000, currency=currency
        )
    return hits[0]


def read(site: Site, seconds: int = 30, percent: int = 80) -> None:
    """Store a view that told how it was read."""
    make_visit(site)
    Hit.objects.filter(site=site).update(engaged_seconds=seconds, scroll_percent=percent)


def test_site_that_tells_nothing_more_has_six_totals(signed_in: Client, site: Site) -> None:
    make_visit(site)

    assert list(tiles(signed_in, site)) == SIX


def test_attention_and_revenue_are_shown_where_there_are_any(signed_in: Client, site: Site) -> None:
    read(site)
    earn(site, ("EUR", 12_500))

    found = tiles(signed_in, site)

    assert list(found) == [*SIX, "time_on_page", "revenue"]
    assert found["time_on_page"].value == "30s"
    revenue = found["revenue"]
    assert (revenue.value, revenue.unit) == ("12.5k", "EUR")
    assert revenue.exact == "12,500.00\N{NO-BREAK SPACE}EUR"


def test_words_behind_german_figures_are_small(signed_in: Client, site: Site, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="de")
    read(site, seconds=97)

    page = report(signed_in, site)

    [value] = [tile.parts for tile in page.context["tiles"] if tile.name == "time_on_page"]
    assert value == [("1", "Min."), ("37", "s")]
    assert '>1<span class="tile-unit">Min.</span> 37<span' in page.content.decode()


def test_revenue_in_several_currencies_shows_the_largest(signed_in: Client, site: Site) -> None:
    earn(site, ("EUR", 5), ("USD", 7))

    revenue = tiles(signed_in, site)["revenue"]

    assert (revenue.value, revenue.unit) == ("7", "USD +")
    assert revenue.exact == "7.00\N{NO-BREAK SPACE}USD + 5.00\N{NO-BREAK SPACE}EUR"


def test_revenue_of_the_days_before_is_reason_enough(signed_in: Client, site: Site) -> None:
    earn(site, ("EUR", 5), at=NOON - 30 * DAY)
    make_visit(site)

    assert tiles(signed_in, site)["revenue"].value == "0"


def test_filter_by_page_shows_how_far_it_was_read(signed_in: Client, site: Site) -> None:
    read(site)

    found = tiles(signed_in, site, "?filter=page:is:/")

    assert list(found)[-2:] == ["time_on_page", "scroll_depth"]
    assert found["scroll_depth"].value == "80\N{NO-BREAK SPACE}%"


def test_filter_by_goal_shows_its_conversions(signed_in: Client, site: Site) -> None:
    make_goal(site, "Bought", "/thanks")
    make_visit(site, pageviews=["/", "/thanks"])
    make_visit(site)

    found = tiles(signed_in, site, "?filter=goal:is:Bought&metric=conversion_rate")

    assert list(found)[:3] == ["visitors", "conversions", "conversion_rate"]
    assert found["conversion_rate"].value == "50\N{NO-BREAK SPACE}%"
    assert found["conversion_rate"].is_chosen


@pytest.mark.parametrize(
    "query",
    ["", "&filter=goal:is_not:Bought", "&filter=page:is:/"],
)
def test_total_that_went_with_its_filter_gives_way_to_visitors(
    signed_in: Client, site: Site, query: str
) -> None:
    make_goal(site, "Bought", "/thanks")
    make_visit(site)

    response = report(signed_in, site, f"?metric=conversions{query}")

    assert response.status_code == 200
    assert response.context["series"].metric == "Visitors"
    assert response.context["tiles"][0].is_chosen


@pytest.mark.parametrize("goal", ["is:Gone", "contains:Nothing"])
def test_goal_that_nobody_can_meet_has_no_conversions(
    signed_in: Client, site: Site, goal: str
) -> None:
    make_visit(site)

    response = report(signed_in, site, f"?metric=conversions&filter=goal:{goal}")

    assert response.status_code == 200
    assert response.context["series"].nothing == "Nothing with these filters."


def test_chosen_total_stays_though_it_is_nothing(signed_in: Client, site: Site) -> None:
    make_visit(site)

    found = tiles(signed_in, site, "?metric=revenue")

    assert found["revenue"].is_chosen


def test_report_without_goals_and_events_does_not_tell_what_was_earned(site: Site) -> None:
    make_event_goal(site, "Bought", "Sale")
    earn(site, ("EUR", 12_500))
    scope = Scope(site, is_own=False, names=frozenset(["pages"]))

    shown = SiteReport.parse(QueryDict("metric=revenue"), scope, NOON)

    assert shown.metric == "visitors"
    assert [tile.name for tile in shown.tiles()] == SIX
