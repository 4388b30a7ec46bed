"""The lists of hits, visits and refusals: what they show, find and leave out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits.admin import changelist, filters, read_only
from visits.models import Hit, Visit
from visits.tests.admin.factories import (
    NOON,
    TODAY,
    make_campaign,
    make_hit,
    make_property,
    make_refusal,
    make_source,
    make_visit,
)

HITS = "admin:visits_hit_changelist"
VISITS = "admin:visits_visit_changelist"
REFUSALS = "admin:visits_refusal_changelist"


def ask(client: Client, name: str, **parameters: str | int) -> Any:
    response = client.get(reverse(name), parameters)
    assert response.status_code == 200
    return response


def shown(client: Client, name: str, **parameters: str | int) -> list[Any]:
    return list(ask(client, name, **parameters).context["cl"].result_list)


@pytest.fixture
def other_site(stranger: User) -> Site:
    return Site.objects.create(owner=stranger, name="Other", domain="example.org")


# What a list shows


def test_newest_hit_comes_first(staff_client: Client, site: Site) -> None:
    older, newer = make_hit(site), make_hit(site)

    assert shown(staff_client, HITS) == [newer, older]


def test_hit_shows_its_dimensions(staff_client: Client, site: Site) -> None:
    make_hit(site, "/pricing", event="Signup", visit=make_visit(site))

    page = ask(staff_client, HITS).content.decode()

    for text in ("2026-03-20 12:00:00", "/pricing", "Signup", "Google", "Firefox 120", "Lyon"):
        assert text in page


def test_missing_dimension_rows_leave_a_gap_and_not_an_error(
    staff_client: Client, site: Site
) -> None:
    hit, visit = make_hit(site, event="Signup"), make_visit(site)
    Hit.objects.update(page=999, client=999, event_name=999)
    Visit.objects.update(
        entry_page=999, exit_page=999, source=999, location=999, screen=999, campaign=999
    )

    assert shown(staff_client, HITS) == [hit]
    assert shown(staff_client, VISITS) == [visit]
    for row, name in ((hit, "admin:visits_hit_change"), (visit, "admin:visits_visit_change")):
        assert staff_client.get(reverse(name, args=[row.pk])).status_code == 200


def test_hit_lists_its_properties(staff_client: Client, site: Site) -> None:
    hit = make_hit(site, event="Signup")
    make_property(site, "yearly", key="plan", hit=hit)
    make_property(site, "other", key="plan", hit=make_hit(site, event="Signup"))

    page = staff_client.get(reverse("admin:visits_hit_change", args=[hit.pk])).content.decode()

    assert "plan: yearly" in page
    assert "plan: other" not in page


def test_visit_lists_its_hits_in_their_order(staff_client: Client, site: Site) -> None:
    visit = make_visit(site)
    make_hit(site, "/second", visit=visit, at=NOON + dt.timedelta(minutes=1))
    make_hit(site, "/first", visit=visit)
    make_hit(site, "/of-another-visit", visit_id=visit.pk + 1)

    page = staff_client.get(reverse("admin:visits_visit_change", args=[visit.pk])).content.decode()

    assert page.index("12:00:00  /first") < page.index("12:01:00  /second")
    assert "/of-another-visit" not in page


# Filters


def test_site_filter_keeps_a_sites_rows(staff_client: Client, site: Site, other_site: Site) -> None:
    hit, visit, refusal = make_hit(site), make_visit(site), make_refusal(site)
    make_hit(other_site), make_visit(other_site), make_refusal(other_site)

    assert shown(staff_client, HITS, site=site.pk) == [hit]
    assert shown(staff_client, VISITS, site=site.pk) == [visit]
    assert shown(staff_client, REFUSALS, site=site.pk) == [refusal]


def test_site_filter_offers_few_sites_and_the_chosen_one(
    staff_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "SITES_OFFERED", 2)
    chosen = [
        Site.objects.create(owner=owner, name=name, domain=f"{name}.example.com")
        for name in ("a", "b", "c", "d")
    ][-1]

    spec = ask(staff_client, HITS, site=chosen.pk).context["cl"].filter_specs[0]

    assert [label for _, label in spec.lookup_choices] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("days_ago", "is_shown"), [(0, True), (6, True), (7, False)], ids=["today", "sixth", "seventh"]
)
def test_seven_days_begin_six_days_ago(
    staff_client: Client, site: Site, days_ago: int, is_shown: bool
) -> None:
    make_hit(site, day=TODAY - dt.timedelta(days=days_ago))
    choices = ask(staff_client, HITS).context["cl"]

    seven_days = next(
        choice
        for choice in choices.filter_specs[1].choices(choices)
        if choice["display"] == "Last 7 days"
    )
    response = staff_client.get(reverse(HITS) + seven_days["query_string"])

    assert (response.context["cl"].result_count == 1) is is_shown


def test_given_day_shows_that_day(staff_client: Client, site: Site) -> None:
    make_hit(site)
    yesterday = make_hit(site, day=TODAY - dt.timedelta(days=1))

    assert shown(staff_client, HITS, day__exact="2026-03-19") == [yesterday]


def test_given_day_leads_to_the_days_around_it(staff_client: Client, site: Site) -> None:
    changelist = ask(staff_client, HITS, day__exact="2026-02-10", site=site.pk).context["cl"]

    choices = list(changelist.filter_specs[1].choices(changelist))

    assert [choice["display"] for choice in choices[4:7]] == [
        "Fri 13 Feb 2026",
        "Thu 12 Feb 2026",
        "Wed 11 Feb 2026",
    ]
    assert [choice["display"] for choice in choices if choice["selected"]] == ["Tue 10 Feb 2026"]
    assert choices[4]["query_string"] == f"?day__exact=2026-02-13&site={site.pk}"


def test_refusals_of_a_given_day_are_those_of_its_hours(staff_client: Client, site: Site) -> None:
    midnight = make_refusal(site, hours_ago=12)
    make_refusal(site, hours_ago=13)

    assert shown(staff_client, REFUSALS, on__exact="2026-03-20") == [midnight]


@pytest.mark.parametrize(
    "parameters",
    [
        {"day__exact": "yesterday"},
        {"day__exact": "2026-13-01"},
        {"day__gte": ""},
        {"site": "example.com"},
        {"p": "-1"},
        {"kind__exact": "x"},
    ],
)
def test_wrong_filters_lead_back_to_the_list(
    staff_client: Client, site: Site, parameters: dict[str, str]
) -> None:
    for _ in range(120):
        make_hit(site)

    response = staff_client.get(reverse(HITS), parameters)

    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_first_and_last_day_of_the_calendar_are_days(staff_client: Client, day: str) -> None:
    assert shown(staff_client, HITS, day__exact=day) == []


def test_site_that_nobody_has_leaves_an_empty_list(staff_client: Client) -> None:
    assert shown(staff_client, HITS, site=10**17) == []


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("hit", {"site": 10**30}),
        ("hit", {"site": 9_999_999_999_999_999_999}),
        ("visit", {"site": -9_999_999_999_999_999_999}),
        ("hit", {"kind__exact": "9" * 30}),
        ("hit", {"kind__range": "0,1"}),
        ("hit", {"visit__visitor__gte": "1"}),
        ("hit", {"nonsense": "1"}),
        ("page", {"path__regex": "^/(a+)+$"}),
        ("source", {"channel__exact": "\x00"}),
        ("refusal", {"reason__exact": "\x00"}),
    ],
)
def test_question_that_no_database_should_get_is_refused(
    staff_client: Client, name: str, question: dict[str, str | int]
) -> None:
    response = staff_client.get(f"/admin/visits/{name}/", question)

    assert response.status_code == 400


# Search


def test_search_finds_hits_by_page_and_event(staff_client: Client, site: Site) -> None:
    by_page, by_event = make_hit(site, "/Pricing"), make_hit(site, event="See pricing")
    make_hit(site, "/about", event="Signup")

    assert shown(staff_client, HITS, q=" pricing ") == [by_event, by_page]


def test_search_finds_visits_by_entry_page_source_and_campaign(
    staff_client: Client, site: Site
) -> None:
    found = [
        make_visit(site, "/spring-offer"),
        make_visit(site, source=make_source("Spring News")),
        make_visit(site, campaign=make_campaign("spring")),
    ]
    make_visit(site, campaign=make_campaign("autumn"))
    Visit.objects.filter(pk__in=[found[0].pk, found[1].pk]).update(campaign=0)

    assert shown(staff_client, VISITS, q="spring") == found[::-1]


def test_search_reads_dimensions_first_and_joins_nothing(staff_client: Client, site: Site) -> None:
    make_hit(site, "/pricing")

    with CaptureQueriesContext(connection) as queries:
        ask(staff_client, HITS, q="pricing")

    about_hits = [query["sql"] for query in queries if 'FROM "visits_hit"' in query["sql"]]
    assert about_hits
    assert not [sql for sql in about_hits if "JOIN" in sql or "LIKE" in sql.upper()]


def test_search_looks_for_a_bounded_number_of_pages(
    staff_client: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "MATCHES_AT_MOST", 2)
    hits = [make_hit(site, f"/page/{number}") for number in range(4)]

    assert shown(staff_client, HITS, q="/page/") == [hits[3], hits[2]]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "\x00", "é" * 60_000, "a b"])
def test_odd_search_texts_find_nothing_and_break_nothing(
    staff_client: Client, site: Site, text: str
) -> None:
    make_hit(site, "/pricing")

    page = ask(staff_client, HITS, q=text)

    is_refused = "\x00" in text or len(text) > changelist.SEARCH_MAX_LENGTH
    assert page.context["cl"].result_count == (1 if is_refused else 0)


# Large tables


def test_count_stops_at_its_bound(
    staff_client: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changelist, "COUNTED_AT_MOST", 1_000)
    hit = make_hit(site)
    fields = {name: getattr(hit, name) for name in ("site_id", "day", "at", "visit_id", "kind")}
    keys = {name: getattr(hit, name) for name in ("page_id", "client_id")}
    row = Hit(**fields, **keys, is_first_view=False)
    Hit.objects.bulk_create([row] * 1_500)

    page = ask(staff_client, HITS)

    assert "1,000+ hits" in page.content.decode()
    assert page.context["cl"].paginator.num_pages == 20


def test_lists_count_no_further_than_their_bound(staff_client: Client, site: Site) -> None:
    make_hit(site)

    with CaptureQueriesContext(connection) as queries:
        ask(staff_client, HITS, _facets="True", all="")

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 10001" in counts[0]


@pytest.mark.parametrize("order", [None, "1", "-3"], ids=["default", "ascending", "by page"])
def test_order_is_the_newest_first_whatever_is_asked(
    staff_client: Client, site: Site, order: str | None
) -> None:
    older, newer = make_hit(site), make_hit(site)

    assert shown(staff_client, HITS, **({"o": order} if order else {})) == [newer, older]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL plans by the table's size.")
@pytest.mark.parametrize(
    ("parameters", "forbidden"),
    [
        ({}, "USE TEMP B-TREE"),
        ({"day__gte": "2026-03-14"}, "USE TEMP B-TREE"),
        ({"q": "pricing"}, "USE TEMP B-TREE"),
        # The last term only: a day's rows are sorted, never the site's.
        ({"site": "1"}, "USE TEMP B-TREE FOR ORDER BY"),
        ({"site": "1", "day__exact": "2026-03-20"}, "SCAN visits_hit"),
    ],
    ids=["plain", "range", "search", "site", "site and day"],
)
def test_page_of_hits_is_read_in_the_order_of_an_index(
    staff_client: Client, site: Site, parameters: dict[str, str], forbidden: str
) -> None:
    make_hit(site, "/pricing")
    if "site" in parameters:
        parameters = parameters | {"site": str(site.pk)}

    queryset = ask(staff_client, HITS, **parameters).context["cl"].queryset

    plan = queryset[:51].explain()
    assert forbidden not in plan
