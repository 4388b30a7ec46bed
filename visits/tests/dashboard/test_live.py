"""The live page: who is there, minute by minute, and who may see it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.charts.bar_chart import CHART_HEIGHT, SMALLEST_BAR
from visits.dashboard.live import live_view
from visits.dashboard.report import SiteReport
from visits.dashboard.scope import Scope
from visits.tests.factory import GOOGLE, NOON, make_hit, make_visit
from visits.tests.named import make_link

MINUTE = dt.timedelta(minutes=1)


def live_url(site: Site, query: str = "") -> str:
    return reverse("site_live", args=[site.pk]) + query


def part(client: Client, site: Site, query: str = "") -> Any:
    return client.get(live_url(site, query), headers={"hx-request": "true", "hx-target": "live"})


def view_at_noon(site: Site, scope: Scope | None = None) -> Any:
    return live_view(SiteReport.default(scope or Scope(site, is_own=True), NOON))


def test_page_says_who_is_there_and_what_happens(signed_in: Client, site: Site) -> None:
    visit = make_visit(site, started_at=timezone.now() - MINUTE, pageviews=["/pricing"])
    make_hit(visit, event="Sign up", at=timezone.now())

    response = signed_in.get(live_url(site))

    page = response.content.decode()
    assert "<title>1 now, Example · " in page
    assert "1 visitor, 1 pageview, 1 event." in page
    shown = {each.id: [row.label for row in each.rows] for each in response.context["live"].lists}
    assert shown == {
        "live-pages": ["/pricing"],
        "live-sources": ["Direct"],
        "live-countries": ["Germany"],
        "live-event_names": ["Sign up"],
    }


@pytest.mark.parametrize(("panels", "is_shown"), [(["behaviour"], True), (["pages"], False)])
def test_shared_page_shows_events_where_behaviour_is_shared(
    client: Client, site: Site, panels: list[str], is_shown: bool
) -> None:
    link = make_link(site, panels=[*panels, "live"])

    live = client.get(reverse("shared_live", args=[link.slug])).context["live"]

    assert ("live-event_names" in [each.id for each in live.lists]) is is_shown
    assert ("event" in live.recent) is is_shown
    assert "0 visitors, 0 pageviews" in live.recent


def test_nobody_there_is_said_without_a_pulse(signed_in: Client, site: Site) -> None:
    page = signed_in.get(live_url(site)).content.decode()

    assert "0 now, Example" in page
    assert "live-nobody" in page
    assert "Nobody has opened a page" in page


def test_bars_are_as_high_as_their_minutes_are_visited(site: Site) -> None:
    for _ in range(60):
        make_visit(site, started_at=NOON - 5 * MINUTE)
    make_visit(site, started_at=NOON - 4 * MINUTE)

    heights = [bar.height for bar in view_at_noon(site).bars]

    assert heights == [0] * 24 + [CHART_HEIGHT, SMALLEST_BAR] + [0] * 4


def test_minutes_are_those_of_the_site(site: Site) -> None:
    shown = view_at_noon(site)

    assert [minute.label for minute in shown.minutes[::29]] == ["14:00", "13:31"]
    assert [bar.tick for bar in shown.bars if bar.tick] == ["13:40", "13:50", "14:00"]
    assert shown.bars[-1].words == "14:00: 0 visitors"


def test_row_filters_the_page_and_the_report_behind_it(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a"], origin=GOOGLE)
    make_visit(site, started_at=timezone.now(), pageviews=["/b"])

    response = signed_in.get(live_url(site, "?period=7d&filter=source:is:Google"))

    assert response.context["live"].current == 1
    page = response.content.decode()
    assert 'href="../?period=7d&amp;filter=source%3Ais%3AGoogle"' in page
    assert 'href="?period=7d&amp;filter=source%3Ais%3AGoogle&amp;filter=page%3Ais%3A%2Fa"' in page


def test_part_is_the_same_as_in_the_page(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a"])

    refreshed = part(signed_in, site).content.decode()

    assert "<html" not in refreshed
    assert refreshed in signed_in.get(live_url(site)).content.decode()


def test_lists_that_a_report_does_not_show_are_not_live_either(site: Site) -> None:
    scope = Scope(site, is_own=False, names=frozenset({"live", "pages"}))

    assert [each.id for each in view_at_noon(site, scope).lists] == ["live-pages"]


def test_wrong_choice_is_said(signed_in: Client, site: Site) -> None:
    response = signed_in.get(live_url(site, "?period=century"))

    assert response.status_code == 400
    assert response.context["problem"] in response.content.decode()


def test_paths_of_visitors_are_text(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/<script>alert(1)</script>"])

    assert "<script>alert" not in signed_in.get(live_url(site)).content.decode()


def test_stranger_sees_no_page(client: Client, stranger: User, site: Site) -> None:
    client.force_login(stranger)

    assert client.get(live_url(site)).status_code == 404
    assert part(client, site).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client, site: Site) -> None:
    assert client.get(live_url(site))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent(signed_in: Client, site: Site, method: str) -> None:
    assert getattr(signed_in, method)(live_url(site)).status_code == 405


def test_page_takes_ten_statements(
    signed_in: Client, site: Site, django_assert_num_queries: Any
) -> None:
    make_hit(make_visit(site, started_at=timezone.now() - MINUTE), event="Sign up")

    # Session, user and site; then those of the last half hour.
    with django_assert_num_queries(11):
        signed_in.get(live_url(site))
