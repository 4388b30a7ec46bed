"""A report by a shared link: what its readers see, and that they see nothing else."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Segment, SharedLink
from visits.tests.factory import Equipment, make_visit
from visits.tests.named import make_funnel, make_goal, make_link, make_segment

ALL_PANELS = ["sources", "pages", "places", "devices", "behaviour", "live", "hits"]
FIREFOX = {"dimension": "browser", "operator": "is", "values": ["Firefox"]}


def url(link: SharedLink, query: str = "", route: str = "shared_report", *args: str) -> str:
    return reverse(route, args=[link.slug, *args]) + query


def part(client: Client, link: SharedLink, target: str, query: str = "") -> Any:
    headers = {"hx-request": "true", "hx-target": target}
    return client.get(url(link, query), headers=headers)


def visitors_in(response: Any) -> str:
    [tile] = [tile for tile in response.context["tiles"] if tile.label == "Visitors"]
    return str(tile.value)


@pytest.fixture
def visits(site: Site) -> None:
    """Two visitors with Firefox, one with Chrome, all of today."""
    now = timezone.now()
    make_visit(site, started_at=now, pageviews=["/open"], equipment=Equipment(browser="Firefox"))
    make_visit(site, started_at=now, pageviews=["/open"], equipment=Equipment(browser="Firefox"))
    make_visit(site, started_at=now, pageviews=["/secret"], equipment=Equipment(browser="Chrome"))


# What it shows


def test_everybody_with_the_address_sees_the_report(
    client: Client, site: Site, visits: None
) -> None:
    response = client.get(url(make_link(site)))

    assert response.status_code == 200
    assert visitors_in(response) == "3"
    assert "/open" in part(client, make_link(site, "Another"), "panel-pages").content.decode()


def test_only_chosen_panels_are_there(client: Client, site: Site, visits: None) -> None:
    link = make_link(site, panels=["pages"])

    waiting = client.get(url(link)).context["waiting_panels"]
    whole = client.get(url(link, "?panels=all")).content.decode()

    assert [panel.id for panel in waiting] == ["panel-pages"]
    assert 'id="panel-pages"' in whole
    for name in ("sources", "devices", "places", "behaviour", "hits"):
        assert f"panel-{name}" not in whole
        assert part(client, link, f"panel-{name}").status_code == 404
        changes = part(client, link, f"panel-{name}-changes").content.decode()
        assert "Firefox" not in changes


@pytest.mark.parametrize("dimension", ["browser", "country", "event", "property", "goal", "hour"])
def test_details_of_what_is_not_chosen_are_not_there(
    client: Client, site: Site, visits: None, dimension: str
) -> None:
    link = make_link(site, panels=["pages"])

    assert client.get(url(link, "", "shared_details", dimension)).status_code == 404


def test_details_of_what_is_chosen_are_there(client: Client, site: Site, visits: None) -> None:
    link = make_link(site, panels=["pages"])

    assert "/secret" in client.get(url(link, "", "shared_details", "page")).content.decode()


@pytest.mark.parametrize("panel", ["behaviour", "places"])
def test_parameters_of_hidden_panels_have_one_answer(
    client: Client, site: Site, panel: str
) -> None:
    link, funnel = make_link(site, panels=["sources"]), make_funnel(site)
    names = {"behaviour": ["behaviour", "event", "key", "funnel", "flow"]}.get(panel, [panel])
    values = (str(funnel.pk), str(funnel.pk + 1), "first", "goal", "country", "/open", "\x00")

    for name in names:
        asked = [client.get(url(link), {name: value}) for value in values]
        assert {response.status_code for response in asked} == {400}
        assert {response.context["problem"] for response in asked} == {
            "This report does not show that."
        }


def test_filter_by_a_hidden_goal_has_one_answer(client: Client, site: Site) -> None:
    link, goal = make_link(site, panels=["sources"]), make_goal(site)

    asked = [client.get(url(link, f"?filter=goal:is:{name}")) for name in (goal.name, "Other")]

    assert [response.status_code for response in asked] == [400, 400]
    assert len({response.context["problem"] for response in asked}) == 1


def test_goal_of_the_segment_adds_no_columns_to_details(
    client: Client, site: Site, visits: None
) -> None:
    make_goal(site, "Opened", "/open")
    segment = make_segment(
        site, "Met", [{"dimension": "goal", "operator": "is", "values": ["Opened"]}]
    )
    link = make_link(site, panels=["sources", "places"], segment=segment)

    shown = client.get(url(link, "", "shared_details", "country"))
    asked = client.get(url(link, "?sort=-conversion_rate", "shared_details", "country"))

    names = [metric.name for metric in shown.context["details"].table.metrics]
    assert "visitors" in names
    assert not {"conversions", "conversion_rate"} & set(names)
    assert asked.status_code == 400


def test_who_is_there_now_is_told_where_it_is_chosen(
    client: Client, site: Site, visits: None
) -> None:
    link, live = make_link(site), make_link(site, "Live", panels=["pages", "live"])

    assert client.get(url(link)).context["bar"].current is None
    assert client.get(url(link, "", "shared_live")).status_code == 404
    assert client.get(url(live)).context["bar"].current == 3
    assert client.get(url(live, "", "shared_live")).status_code == 200


@pytest.mark.parametrize("panels", [["gone"], [], ["pages", "gone"]])
def test_panel_that_is_no_more_is_left_out(
    client: Client, site: Site, visits: None, panels: list[str]
) -> None:
    assert client.get(url(make_link(site, panels=panels), "?panels=all")).status_code == 200


# What it does not show

ESCAPES = (
    "",
    "?segment=1",
    "?filter=browser:is_not:Firefox",
    "?filter=browser:is:Chrome",
    "?filter=browser:is:Chrome|Firefox",
    "?filter=page:is:/secret",
    "?filter=goal:is_not:Nothing",
    "?period=all",
    "?period=today&compare=previous",
    "?period=12mo&compare=year",
    "?panels=all",
    "?all=pages",
    "?metric=pageviews",
    "?limit=&names=&scope=&segment=",
    "?behaviour=event",
    "?behaviour=property",
    "?behaviour=funnel",
    "?behaviour=flow",
)


@pytest.mark.parametrize("query", ESCAPES)
def test_no_parameter_escapes_the_segment(
    client: Client, site: Site, visits: None, query: str
) -> None:
    make_goal(site, "Nothing", "/nothing")
    segment = make_segment(site, "Ours", [FIREFOX])
    link = make_link(site, segment=segment, panels=ALL_PANELS)

    answers = [
        client.get(url(link, query)),
        client.get(url(link, query, "shared_details", "page")),
        client.get(url(link, query, "shared_details", "browser")),
        client.get(url(link, query, "shared_live")),
        client.get(url(link, f"{query or '?'}&on=page", "shared_filter")),
        client.get(url(link, f"{query or '?'}&on=browser", "shared_filter")),
        *(part(client, link, f"panel-{name}", query) for name in ALL_PANELS),
        part(client, link, "totals", query),
    ]

    for answer in answers:
        page = answer.content.decode()
        assert "/secret" in query or "/secret" not in page
        assert ">Chrome<" not in page
        assert "Ours" not in page
        if answer.context and "tiles" in answer.context:
            assert visitors_in(answer) in {"0", "2"}


def test_rate_of_a_goal_does_not_tell_who_is_outside_of_the_segment(
    client: Client, site: Site, visits: None
) -> None:
    make_goal(site, "Opened", "/open")
    make_visit(site, started_at=timezone.now(), pageviews=["/other"])
    met = {"dimension": "goal", "operator": "is", "values": ["Opened"]}
    segment = make_segment(site, filters=[met])
    link = make_link(site, segment=segment, panels=["devices", "behaviour"])

    query = "?filter=goal:is:Opened"
    page = client.get(url(link, query, "shared_details", "browser")).content.decode()

    assert "100\N{NO-BREAK SPACE}%" in page
    assert "67\N{NO-BREAK SPACE}%" not in page


@pytest.mark.parametrize("dimension", ["browser", "country", "goal", "property"])
def test_values_to_filter_by_are_of_what_is_chosen(
    client: Client, site: Site, visits: None, dimension: str
) -> None:
    link = make_link(site, panels=["pages"])

    page = client.get(url(link, f"?on={dimension}", "shared_filter")).content.decode()

    assert "Firefox" not in page
    assert "cannot be filtered by that" in page
    assert "Browser" not in client.get(url(link, "", "shared_filter")).content.decode()


def test_segments_of_the_owner_are_refused_whether_they_exist_or_not(
    client: Client, site: Site, visits: None
) -> None:
    link, segment = make_link(site), make_segment(site)

    known = client.get(url(link, f"?segment={segment.pk}"))
    unknown = client.get(url(link, "?segment=999999"))

    assert (known.status_code, unknown.status_code) == (400, 400)
    assert known.context["problem"] == unknown.context["problem"]
    assert segment.name not in known.content.decode()


@pytest.mark.parametrize("dimension", ["browser", "country", "utm_campaign", "goal", "event"])
def test_totals_do_not_tell_what_is_not_chosen(
    client: Client, site: Site, visits: None, dimension: str
) -> None:
    link = make_link(site, panels=["pages"])

    response = client.get(url(link, f"?filter={quote(f'{dimension}:is:Firefox')}"))

    assert response.status_code == 400
    assert visitors_in(response) == "3"


def test_filters_of_what_is_chosen_work(client: Client, site: Site, visits: None) -> None:
    link = make_link(site, panels=["pages"])

    assert visitors_in(client.get(url(link, "?filter=page:is:/secret"))) == "1"


@pytest.mark.parametrize("filters", [[], "nonsense", [{"dimension": "colour"}]])
def test_link_whose_segment_cannot_be_read_shows_nothing(
    client: Client, site: Site, visits: None, filters: Any
) -> None:
    link = make_link(site, segment=make_segment(site))
    Segment.objects.update(filters=filters)

    assert client.get(url(link)).status_code == 404


@pytest.mark.parametrize("query", ["", "?panels=all", "?period=yesterday&panels=all"])
def test_no_link_leads_to_other_sites_or_to_settings(
    client: Client, owner: User, site: Site, visits: None, query: str
) -> None:
    """Not even for the owner, who sees what others see."""
    Site.objects.create(owner=owner, name="Other of mine", domain="other.example")
    link = make_link(site, panels=ALL_PANELS)
    client.force_login(owner)

    for route in ("shared_report", "shared_live"):
        page = client.get(url(link, query, route)).content.decode()
        links = re.findall(r'(?:href|action|hx-get|hx-post)="([^"#]*)', page)
        inside = ("?", "/static/", "../", "live/", "filter/", "details/")
        outside = {each for each in links if each and not each.startswith(inside)}
        assert outside <= {"/"}
        assert "Other of mine" not in page
        assert owner.email not in page
        assert "csrf" not in page


def test_answers_are_kept_by_nobody_and_lead_nobody_here(
    client: Client, site: Site, visits: None
) -> None:
    response = client.get(url(make_link(site)))

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()
    assert response["Referrer-Policy"] == "no-referrer"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")


# When it ends


def not_found(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 404
    assert not response.cookies
    return bytes(response.content)


def test_unknown_revoked_and_expired_links_are_answered_alike(client: Client, site: Site) -> None:
    link, expired = make_link(site), make_link(site, "Old", expires_at=timezone.now())
    assert client.get(url(link)).status_code == 200

    link.delete()

    answers = {
        not_found(client, url(link)),
        not_found(client, url(expired)),
        not_found(client, reverse("shared_report", args=["A" * 22])),
    }
    assert len(answers) == 1


def test_link_ends_within_a_request(client: Client, site: Site) -> None:
    link = make_link(site, expires_at=timezone.now() + dt.timedelta(days=1))
    assert client.get(url(link)).status_code == 200

    SharedLink.objects.update(expires_at=timezone.now())

    assert client.get(url(link)).status_code == 404


# What it costs


def test_link_takes_one_statement_more_than_its_report(
    client: Client, site: Site, visits: None, django_assert_max_num_queries: Any
) -> None:
    link = make_link(site, segment=make_segment(site, filters=[FIREFOX]))

    with django_assert_max_num_queries(20):
        client.get(url(link))


def test_unknown_link_takes_one_statement(
    client: Client, db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        client.get(reverse("shared_report", args=["A" * 22]))
