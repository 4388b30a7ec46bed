"""The report of a site, whole and in parts, and who may see it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Goal
from visits.models.siteday import SiteDay
from visits.tests.dashboard.pages import part, report_url
from visits.tests.factory import NOON, NOWHERE, make_hit, make_visit

NAMES = ("sources", "pages", "places", "devices", "behaviour", "hits")
# One filter of each kind: of visits, views, events, properties and goals.
FILTERS = (
    "browser:is:Firefox",
    "city:is_not:DE/Berlin/Berlin",
    "page:contains:/",
    "event:is:Sign up",
    "property[plan]:is:pro",
    "goal:is:Signed up",
    "goal:is_not:Signed up",
)


def test_report_shows_the_numbers_of_the_period(signed_in: Client, site: Site) -> None:
    now = timezone.now()
    make_visit(site, started_at=now - dt.timedelta(days=3), pageviews=["/", "/pricing"])
    make_visit(site, started_at=now - dt.timedelta(days=40), pageviews=["/old"])

    response = signed_in.get(report_url(site))

    tiles = {tile.label: tile.value for tile in response.context["tiles"]}
    assert (tiles["Visitors"], tiles["Visits"], tiles["Pageviews"]) == ("1", "1", "2")
    panel = part(signed_in, site, "", "panel-pages").content.decode()
    assert "/pricing" in panel
    assert "/old" not in panel


def test_panels_come_by_themselves(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/pricing"])

    response = signed_in.get(report_url(site, "?period=7d&devices=os"))

    waiting = response.context["waiting_panels"]
    assert [panel.id for panel in waiting] == [f"panel-{name}" for name in NAMES]
    assert {panel.url for panel in waiting} == {"?period=7d&devices=os"}
    page = response.content.decode()
    assert page.count('hx-trigger="load"') == len(NAMES)
    assert "/pricing" not in page


def test_browser_without_javascript_is_sent_to_the_page_with_all_panels(
    signed_in: Client, site: Site
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/pricing"])

    waiting = signed_in.get(report_url(site, "?period=7d")).content.decode()
    whole = signed_in.get(report_url(site, "?period=7d&panels=all"))

    assert 'content="0; url=?period=7d&amp;panels=all"' in waiting
    page = whole.content.decode()
    assert "http-equiv" not in page
    assert "/pricing" in page
    assert 'hx-trigger="load"' not in page
    assert whole.context["bar"].period.links[1].url == "?period=today&panels=all"


@pytest.mark.parametrize(
    "query",
    [
        "?period=live",
        "?period=today",
        "?period=today&interval=minute",
        "?period=yesterday",
        "?period=24h",
        "?period=24h&interval=minute&compare=year",
        "?period=7d",
        "?period=91d&interval=week&compare=year&match_weekdays=1",
        "?period=month",
        "?period=last_month&interval=hour&compare=none",
        "?period=year",
        "?period=12mo",
        "?period=all",
        "?period=all&compare_from=2020-01-01&compare_to=2020-01-31",
        "?from=2026-01-01&to=2026-01-31",
        "?metric=bounce_rate&sources=channel&pages=entry_page&places=city&devices=browser",
        "?metric=visit_duration&pages=exit_page&sources=utm_campaign&places=region&devices=os",
        "?pages=title&sources=referrer&places=language&devices=screen&behaviour=event",
        *(f"?behaviour=goal&filter={quote(text)}" for text in FILTERS),
        f"?{urlencode([('filter', text) for text in FILTERS])}",
    ],
)
def test_every_choice_makes_a_page_with_and_without_visits(
    signed_in: Client, site: Site, query: str
) -> None:
    assert signed_in.get(report_url(site, query)).status_code == 200

    visit = make_visit(site, started_at=timezone.now())
    make_hit(visit, event="Sign up", properties={"plan": "pro"})
    Goal.objects.create(site=site, name="Signed up", kind="event", event_name="Sign up")

    assert signed_in.get(report_url(site, f"{query}&panels=all")).status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?period=century", "is not a period"),
        ("?period=custom&from=2026-02-31&to=2026-03-01", "is not a day"),
        ("?from=2026-03-02&to=2026-03-01", "The last day lies before the first."),
        ("?period=7d&interval=minute", "cannot be shown by the minute"),
        ("?compare=yesteryear", "is not a comparison"),
        ("?metric=money", "is not a number of this report"),
        ("?panels=some", "Panels are “all”, or left out."),
        ("?filter=browser", "is not a filter"),
        ("?filter=shoe_size:is:44", "cannot be filtered by"),
        ("?filter=browser:is:A&filter=browser:was:B", "is not an operator"),
        ("?segment=1000000", "The site has no segment 1000000."),
        ("?segment=mine", "Name a segment by its number."),
        ("?pages=password", "is not a list of this report"),
        ("?sources=%00", "is not a list of this report"),
        ("?period=<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_wrong_choice_gets_a_sentence_and_the_default_report(
    signed_in: Client, site: Site, query: str, sentence: str
) -> None:
    response = signed_in.get(report_url(site, query))

    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert response.context["bar"].period.label == "Last 28 days"
    assert response.context["chips"] == []


def test_links_keep_the_other_choices(signed_in: Client, site: Site) -> None:
    response = signed_in.get(report_url(site, "?period=7d&metric=visits&pages=exit_page"))

    bar = response.context["bar"]
    urls = {link.label: link.url for link in bar.period.links}
    assert urls["Today"] == "?period=today&metric=visits&pages=exit_page"
    assert bar.period.days.kept == (("metric", "visits"), ("pages", "exit_page"))


def test_report_of_a_site_without_visits_leads_to_its_snippet(
    signed_in: Client, site: Site
) -> None:
    page = signed_in.get(report_url(site)).content.decode()

    assert "No visits yet" in page
    assert reverse("site_install", args=[site.pk]) in page
    assert "tile-value" not in page


def test_running_day_is_compared_with_the_day_before(
    signed_in: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    make_visit(site)
    for _ in range(3):
        make_visit(site, started_at=NOON - dt.timedelta(days=1, hours=1))

    response = signed_in.get(report_url(site, "?period=today"))

    change = response.context["tiles"][0].change
    assert (change.direction, change.title) == ("down", "1, before 3")
    assert response.context["series"].comparison == "3 May 2026 until 14:00"


def test_unknown_places_are_explained_where_none_are_looked_up(
    signed_in: Client, site: Site, settings: Any
) -> None:
    settings.GEOIP_PATH = ""
    make_visit(site, started_at=timezone.now(), place=NOWHERE)

    assert "run make geoip" in part(signed_in, site, "", "panel-places").content.decode()


def test_unknown_places_are_not_explained_with_an_installed_database(
    signed_in: Client, site: Site, settings: Any, tmp_path: Path
) -> None:
    settings.GEOIP_PATH, settings.VAR_DIR = "", tmp_path
    (tmp_path / "geoip").mkdir()
    (tmp_path / "geoip" / "city.mmdb").touch()
    make_visit(site, started_at=timezone.now(), place=NOWHERE)

    assert "run make geoip" not in part(signed_in, site, "", "panel-places").content.decode()


# Partial refreshes


def test_tab_is_answered_with_its_panel_alone(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now())

    page = part(signed_in, site, "?sources=channel", "panel-sources").content.decode()

    assert page.strip().startswith("<section")
    assert 'id="panel-sources"' in page
    assert page.count("<section") == 1


def test_tile_is_answered_with_totals_and_series_alone(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now())

    response = part(signed_in, site, "?metric=visits", "totals")

    assert response.context["series"].metric == "Visits"
    assert response.content.decode().count("<section") == 1


@pytest.mark.parametrize("target", ["content", "panel-passwords", ""])
def test_any_other_target_is_answered_with_the_whole_page(
    signed_in: Client, site: Site, target: str
) -> None:
    page = part(signed_in, site, "?period=7d", target).content.decode()

    assert "<html" in page


def test_wrong_choice_of_a_part_is_answered_with_the_whole_page(
    signed_in: Client, site: Site
) -> None:
    response = part(signed_in, site, "?sources=money", "panel-sources")

    assert response.status_code == 400
    assert "is not a list of this report" in response.content.decode()


def test_caches_keep_parts_and_pages_apart(signed_in: Client, site: Site) -> None:
    vary = signed_in.get(report_url(site))["Vary"]

    assert "HX-Request" in vary
    assert "HX-Target" in vary


def test_filter_changes_numbers_lists_and_newest_hits(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/pricing"])
    make_visit(site, started_at=timezone.now(), pageviews=["/"])
    query = "?filter=page:is:/pricing"

    response = signed_in.get(report_url(site, query))
    panel = part(signed_in, site, query, "panel-pages").context["panel"]
    hits = part(signed_in, site, query, "panel-hits").context["hits"]

    assert response.context["tiles"][0].value == "1"
    assert [chip.words for chip in response.context["chips"]] == ["Page is /pricing"]
    assert [(row.label, row.filter.is_chosen) for row in panel.rows] == [("/pricing", True)]
    assert [hit.path for hit in hits] == ["/pricing"]


def test_row_leads_to_the_report_filtered_by_it(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/a|b"])

    [row] = part(signed_in, site, "?period=7d", "panel-pages").context["panel"].rows
    filtered = signed_in.get(report_url(site, row.filter.url))

    assert row.filter.label == "Filter by /a|b"
    assert [chip.words for chip in filtered.context["chips"]] == ["Page is /a|b"]
    assert filtered.context["tiles"][0].value == "1"


def test_week_that_the_period_cuts_is_a_part_of_one(
    signed_in: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON + dt.timedelta(days=1))
    make_visit(site)

    response = signed_in.get(report_url(site, "?interval=week"))

    partial = [row.partial for row in response.context["series"].rows]
    assert partial == ["a part of the week", "", "", "", "so far"]


def test_site_whose_visits_are_given_up_keeps_its_report(signed_in: Client, site: Site) -> None:
    SiteDay.objects.create(site=site, day=timezone.now().date(), visits=1)

    assert "tile-value" in signed_in.get(report_url(site)).content.decode()


# What the report costs


def test_page_asks_for_totals_and_series_only(
    signed_in: Client, site: Site, django_assert_max_num_queries: Any
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/a"])

    with django_assert_max_num_queries(23):
        signed_in.get(report_url(site))


@pytest.mark.parametrize(
    ("target", "query", "most"),
    [
        ("totals", "", 18),
        ("panel-sources", "?sources=channel", 8),
        ("panel-sources", "?filter=browser:is:Firefox&filter=page:is:/a", 10),
        ("panel-pages", "", 9),
        ("panel-pages-changes", "", 10),
        ("panel-places", "", 8),
        ("panel-devices", "", 8),
        ("panel-hits", "", 7),
    ],
)
def test_part_asks_the_facts_for_itself_only(
    signed_in: Client,
    site: Site,
    django_assert_max_num_queries: Any,
    target: str,
    query: str,
    most: int,
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/a"])

    with django_assert_max_num_queries(most):
        part(signed_in, site, query, target)


def test_whole_report_takes_few_queries(
    signed_in: Client, site: Site, django_assert_max_num_queries: Any
) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/", "/a"])

    with django_assert_max_num_queries(45):
        signed_in.get(report_url(site, "?panels=all"))


def test_text_of_visitors_is_escaped(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=timezone.now(), pageviews=["/<script>alert(1)</script>"])

    query = "?panels=all&filter=page:contains:<script>alert(1)"
    page = signed_in.get(report_url(site, query)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# Who may see it


@pytest.mark.parametrize("name", ["site_report", "site_first_hit"])
def test_stranger_gets_404(client: Client, site: Site, stranger: User, name: str) -> None:
    client.force_login(stranger)

    assert client.get(reverse(name, args=[site.pk])).status_code == 404
    assert client.get(reverse(name, args=[10**18])).status_code == 404


@pytest.mark.parametrize("name", ["site_report", "site_first_hit"])
def test_anonymous_is_sent_to_sign_in(client: Client, site: Site, name: str) -> None:
    response = client.get(reverse(name, args=[site.pk]))

    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["site_report", "site_list"])
def test_reports_are_read_only(signed_in: Client, site: Site, name: str) -> None:
    url = reverse(name, args=[site.pk] if name == "site_report" else [])

    assert signed_in.post(url).status_code == 405
