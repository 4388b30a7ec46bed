"""The details of a dimension: all of its values as a table, and who may see them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.details.table import DetailTable
from visits.models import Goal
from visits.reports.dimensions import DIMENSIONS
from visits.tests.factory import BERLIN, GOOGLE, PHONE, Origin, make_hit, make_visit

NOW = timezone.now()


def details_url(site: Site, dimension: str, query: str = "") -> str:
    return reverse("site_details", args=[site.pk, dimension]) + query


def table_of(client: Client, site: Site, dimension: str, query: str = "") -> DetailTable:
    table: DetailTable = client.get(details_url(site, dimension, query)).context["details"].table
    return table


def numbers(table: DetailTable) -> dict[str, dict[str, str]]:
    """Return the values of each row by the names of the metrics."""
    names = [metric.name for metric in table.metrics]
    return {
        row.label: dict(zip(names, (cell.value for cell in row.cells), strict=True))
        for row in table.rows
    }


def make_pages(site: Site, count: int) -> None:
    make_visit(site, started_at=NOW, pageviews=[f"/page-{number:03}" for number in range(count)])


def test_page_has_all_numbers_that_fit_it(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, pageviews=["/", "/pricing"])
    make_visit(site, started_at=NOW, pageviews=["/"])

    table = table_of(signed_in, site, "page")

    assert numbers(table)["/"] == {
        "visitors": "2",
        "percentage": "100\N{NO-BREAK SPACE}%",
        "pageviews": "2",
        "entries": "2",
        "bounce_rate": "50\N{NO-BREAK SPACE}%",
        "exits": "1",
        "exit_rate": "50\N{NO-BREAK SPACE}%",
        "time_on_page": "–",
        "scroll_depth": "–",
    }
    total = dict(zip((metric.name for metric in table.metrics), table.total, strict=True))
    assert (total["visitors"].plain, total["pageviews"].plain) == ("2", "3")
    assert (total["entries"].plain, total["exit_rate"].plain) == ("2", "0.6667")


def test_filter_by_pages_leaves_unknown_where_its_visits_began(
    signed_in: Client, site: Site
) -> None:
    make_visit(site, started_at=NOW, pageviews=["/", "/pricing"])

    table = table_of(signed_in, site, "page", "?filter=page:is:/pricing")

    places = {metric.name: place for place, metric in enumerate(table.metrics)}
    assert table.total[places["entries"]].value == "–"


def test_conversions_are_shown_beside_a_filter_by_a_goal(signed_in: Client, site: Site) -> None:
    Goal.objects.create(site=site, name="Signed up", kind="event", event_name="Sign up")
    make_hit(make_visit(site, started_at=NOW, origin=GOOGLE), event="Sign up")
    make_visit(site, started_at=NOW, origin=GOOGLE)

    assert "conversions" not in numbers(table_of(signed_in, site, "source"))["Google"]
    google = numbers(table_of(signed_in, site, "source", "?filter=goal:is:Signed up"))["Google"]

    assert (google["conversions"], google["conversion_rate"]) == ("1", "50\N{NO-BREAK SPACE}%")


def test_goals_have_no_total_and_revenue_only_where_there_is_any(
    signed_in: Client, site: Site
) -> None:
    Goal.objects.create(site=site, name="Signed up", kind="event", event_name="Sign up")
    make_hit(make_visit(site, started_at=NOW), event="Sign up")

    table = table_of(signed_in, site, "goal")

    assert [metric.name for metric in table.metrics] == [
        "visitors",
        "conversion_rate",
        "conversions",
    ]
    assert table.total == ()


def test_change_is_told_against_the_comparison(signed_in: Client, site: Site) -> None:
    for days in (1, 2, 40):
        make_visit(site, started_at=NOW - dt.timedelta(days=days), origin=GOOGLE)

    [compared] = table_of(signed_in, site, "source").rows
    [alone] = table_of(signed_in, site, "source", "?compare=none").rows

    assert compared.cells[0].change
    assert compared.cells[0].change.title == "2, before 1"
    assert alone.cells[0].change is None


@pytest.mark.parametrize(
    ("sort", "first", "order"),
    [
        ("", "/b", ("", "descending")),
        ("visitors", "/a", ("", "ascending")),
        ("name", "/a", ("ascending", "")),
        ("-name", "/b", ("descending", "")),
    ],
)
def test_every_column_puts_the_rows_in_order(
    signed_in: Client, site: Site, sort: str, first: str, order: tuple[str, str]
) -> None:
    make_visit(site, started_at=NOW, pageviews=["/a", "/b"])
    make_visit(site, started_at=NOW, pageviews=["/b"])

    response = signed_in.get(details_url(site, "page", f"?sort={sort}"))

    table = response.context["details"].table
    assert table.rows[0].label == first
    assert (table.name.order, table.columns[0].order) == order
    assert response.content.decode().count("aria-sort=") == 1


def test_head_of_a_column_turns_its_order_round_on_the_first_page(
    signed_in: Client, site: Site
) -> None:
    make_pages(site, 60)

    table = table_of(signed_in, site, "page", "?period=7d&search=page&page=2")

    query = parse_qs(urlsplit(table.columns[0].url).query)
    assert query == {"period": ["7d"], "search": ["page"], "sort": ["visitors"]}
    query = parse_qs(urlsplit(table.columns[1].url).query)
    assert query["sort"] == ["-percentage"]


@pytest.mark.parametrize(("page", "shown", "rows"), [("1", 1, 50), ("2", 2, 10), ("9", 2, 10)])
def test_fifty_rows_make_a_page_and_the_last_one_is_the_end(
    signed_in: Client, site: Site, page: str, shown: int, rows: int
) -> None:
    make_pages(site, 60)

    details = signed_in.get(details_url(site, "page", f"?page={page}")).context["details"]

    assert (len(details.table.rows), details.table.count) == (rows, 60)
    assert (details.pages.number, details.pages.count) == (shown, 2)


def test_search_keeps_what_contains_it_and_says_so(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, pageviews=["/pricing", "/about"])

    details = signed_in.get(details_url(site, "page", "?search=PRIC")).context["details"]

    assert [row.label for row in details.table.rows] == ["/pricing"]
    assert details.count == "1 row with “PRIC”"


def test_search_without_result_leads_to_all_rows(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW)

    response = signed_in.get(details_url(site, "page", "?period=7d&search=nowhere"))

    assert response.context["details"].empty.url == "?period=7d"
    assert "Nothing with “nowhere”" in response.content.decode()


def test_row_leads_back_to_the_report_with_another_filter(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, equipment=PHONE, place=BERLIN)

    query = "?period=7d&filter=browser:is:Safari&sort=name&page=1&search=ber"
    [row] = table_of(signed_in, site, "city", query).rows

    assert row.filter
    url = urlsplit(row.filter.url)
    assert url.path == "../../"
    assert parse_qs(url.query) == {
        "period": ["7d"],
        "filter": ["browser:is:Safari", "city:is:DE/Land Berlin/Berlin"],
    }
    assert row.flag == "de"


def test_other_lists_of_the_panel_are_a_tab_away(signed_in: Client, site: Site) -> None:
    details = signed_in.get(details_url(site, "utm_medium", "?period=7d")).context["details"]

    assert [(tab.label, tab.is_chosen) for tab in details.tabs] == [
        ("Sources", False),
        ("Channels", False),
        ("Referrers", False),
        ("Campaigns", True),
    ]
    assert details.tabs[1].url == "../channel/?period=7d"
    assert [tab.label for tab in details.variants if tab.is_chosen] == ["Medium"]


def test_bar_keeps_search_and_order_and_begins_with_the_first_page(
    signed_in: Client, site: Site
) -> None:
    make_pages(site, 60)

    context = signed_in.get(details_url(site, "page", "?sort=name&search=page&page=2")).context

    links = {link.label: parse_qs(urlsplit(link.url).query) for link in context["bar"].period.links}
    assert links["Last 7 days"] == {"period": ["7d"], "search": ["page"], "sort": ["name"]}
    assert "search" not in context["report_url"]


def test_file_has_the_same_rows(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, pageviews=["/pricing", "/about"])
    url = details_url(site, "page", "?period=7d&filter=browser:is:Firefox&search=pric&sort=-exits")

    export_url = signed_in.get(url).context["details"].export_url
    response: Any = signed_in.get(f"/sites/{site.pk}/{export_url.removeprefix('../../')}")

    assert response.status_code == 200
    header, line = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert header.startswith('"page","visitors","previous_visitors"')
    assert line.startswith('"/pricing",1')


def test_table_is_answered_alone_where_it_is_refreshed(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW)
    headers = {"hx-request": "true", "hx-target": "details"}

    response = signed_in.get(details_url(site, "page"), headers=headers)

    assert response.content.decode().lstrip().startswith('<div class="panel details"')


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?sort=passwords", "is not a column here"),
        ("?page=0", "Pages are counted from 1."),
        ("?page=x", "Pages are counted from 1."),
        (f"?search={'x' * 101}", "Search for 100 characters at most."),
        ("?period=never", "is not a period"),
    ],
)
def test_wrong_choice_gets_a_sentence_and_the_first_rows(
    signed_in: Client, site: Site, query: str, sentence: str
) -> None:
    make_visit(site, started_at=NOW, pageviews=["/pricing"])

    response = signed_in.get(details_url(site, "page", query))

    assert response.status_code == 400
    page = response.content.decode()
    assert sentence in page
    assert "/pricing" in page


@pytest.mark.parametrize("dimension", [*DIMENSIONS, "property[plan]"])
def test_every_dimension_has_details(signed_in: Client, site: Site, dimension: str) -> None:
    Goal.objects.create(site=site, name="Signed up", kind="event", event_name="Sign up")
    campaign = Origin(
        utm_source="letter", utm_medium="m", utm_campaign="c", utm_term="t", utm_content="c"
    )
    visit = make_visit(site, started_at=NOW, origin=campaign)
    make_hit(visit, event="Sign up", properties={"plan": "pro"})

    assert len(table_of(signed_in, site, dimension).rows) == 1


@pytest.mark.parametrize("dimension", ["password", "property[]", "property[", "Page"])
def test_what_is_no_dimension_has_no_details(signed_in: Client, site: Site, dimension: str) -> None:
    assert signed_in.get(details_url(site, dimension)).status_code == 404


@pytest.mark.parametrize(
    ("dimension", "most"), [("page", 25), ("source", 18), ("city", 18), ("event", 22)]
)
def test_details_take_few_queries(
    signed_in: Client,
    site: Site,
    django_assert_max_num_queries: Any,
    dimension: str,
    most: int,
) -> None:
    make_hit(make_visit(site, started_at=NOW), event="Sign up")

    with django_assert_max_num_queries(most):
        signed_in.get(details_url(site, dimension))


def test_text_of_visitors_is_escaped(signed_in: Client, site: Site) -> None:
    make_visit(site, started_at=NOW, pageviews=["/<script>alert(1)</script>"])

    page = signed_in.get(details_url(site, "page", '?search="><script>')).content.decode()
    rows = signed_in.get(details_url(site, "page")).content.decode()

    assert "<script>alert" not in rows
    assert '"><script>' not in page


def test_stranger_gets_404(client: Client, site: Site, stranger: User) -> None:
    client.force_login(stranger)

    assert client.get(details_url(site, "page")).status_code == 404


def test_anonymous_is_sent_to_sign_in(client: Client, site: Site) -> None:
    response = client.get(details_url(site, "page"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_details_are_read_only(signed_in: Client, site: Site) -> None:
    assert signed_in.post(details_url(site, "page")).status_code == 405
