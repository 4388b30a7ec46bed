"""The behaviour panel: goals, events, properties, funnels and flow, and how they are asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import Funnel, Hit, HitRevenue, Visit
from visits.tests.dashboard.test_views import part, report_url
from visits.tests.factory import GOOGLE, make_hit, make_visit
from visits.tests.named import make_event_goal, make_funnel, make_goal, make_link

PANEL = "panel-behaviour"
PER_CENT = "\N{NO-BREAK SPACE}%"
# What a visitor, or an owner, may have named something.
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "javascript:alert(1)",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
)


def ask(client: Client, site: Site, **parameters: object) -> Any:
    """Return the panel as it is refreshed."""
    return part(client, site, f"?{urlencode(parameters)}", PANEL).context["panel"]


def page_of(client: Client, site: Site, **parameters: object) -> str:
    return part(client, site, f"?{urlencode(parameters)}", PANEL).content.decode()


def visit_now(site: Site, *paths: str, **fields: Any) -> Visit:
    return make_visit(site, started_at=timezone.now(), pageviews=paths or ("/",), **fields)


def earn(hit: Hit, units: int, currency: str = "EUR") -> None:
    HitRevenue.objects.create(
        site=hit.site, hit=hit, currency=currency, amount_micros=units * 1_000_000
    )


def numbers(table: Any) -> dict[str, list[str]]:
    return {row.label: [number.value for number in row.numbers] for row in table.rows}


def heads(table: Any) -> list[str]:
    return [head.label for head in table.heads]


# Goals


def test_goals_have_conversions_rate_total_and_revenue(signed_in: Client, site: Site) -> None:
    make_goal(site, "Prices seen", "/pricing")
    make_event_goal(site, "Bought", "Buy")
    buyer = visit_now(site, "/pricing")
    earn(make_hit(buyer, event="Buy"), 20)
    earn(make_hit(buyer, event="Buy"), 5, "USD")
    visit_now(site, "/pricing")
    visit_now(site)

    table = ask(signed_in, site).body.table

    assert heads(table) == ["Unique conversions", "Conversion rate", "Total", "Revenue"]
    assert numbers(table) == {
        "Prices seen": ["2", f"67{PER_CENT}", "2", "–"],
        "Bought": [
            "1",
            f"33{PER_CENT}",
            "2",
            "20.00\N{NO-BREAK SPACE}EUR + 5.00\N{NO-BREAK SPACE}USD",
        ],
    }


def test_site_that_sells_nothing_has_no_column_for_revenue(signed_in: Client, site: Site) -> None:
    make_event_goal(site, "Signed up", "Sign up")
    make_hit(visit_now(site), event="Sign up")

    assert heads(ask(signed_in, site).body.table) == [
        "Unique conversions",
        "Conversion rate",
        "Total",
    ]


def test_goal_leads_to_the_report_filtered_by_it(signed_in: Client, site: Site) -> None:
    make_goal(site, "Prices seen", "/pricing")
    visit_now(site, "/pricing")
    visit_now(site)

    [row] = ask(signed_in, site, period="7d").body.table.rows
    filtered = signed_in.get(report_url(site, row.filter.url))

    assert [chip.words for chip in filtered.context["chips"]] == ["Goal is Prices seen"]
    assert filtered.context["tiles"][0].value == "1"


def test_site_without_goals_leads_to_where_they_are_set(signed_in: Client, site: Site) -> None:
    visit_now(site)

    empty = ask(signed_in, site).empty

    assert empty.title == "No goals yet"
    assert empty.url == reverse("site_goals", args=[site.pk])
    assert empty.url in page_of(signed_in, site)


@pytest.mark.parametrize("tab", ["goal", "event", "property", "funnel", "flow"])
def test_reader_of_a_shared_report_is_led_nowhere_else(
    client: Client, site: Site, tab: str
) -> None:
    visit_now(site)
    url = reverse("shared_report", args=[make_link(site, panels=["behaviour"]).slug])
    headers = {"hx-request": "true", "hx-target": PANEL}

    response = client.get(f"{url}?behaviour={tab}", headers=headers)

    assert response.status_code == 200
    assert "/sites/" not in response.content.decode()


# Events


def test_events_are_counted_with_visitors_and_revenue(signed_in: Client, site: Site) -> None:
    visit = visit_now(site)
    make_hit(visit, event="Click")
    make_hit(visit, event="Click")
    earn(make_hit(visit, event="Buy"), 3)

    table = ask(signed_in, site, behaviour="event").body.table

    assert heads(table) == ["Events", "Visitors", "Revenue"]
    assert numbers(table) == {
        "Click": ["2", "1", "–"],
        "Buy": ["1", "1", "3.00\N{NO-BREAK SPACE}EUR"],
    }


def test_many_events_say_how_many_there_are_beside(signed_in: Client, site: Site) -> None:
    visit = visit_now(site)
    for number in range(14):
        make_hit(visit, event=f"Event {number}")

    body = ask(signed_in, site, behaviour="event").body

    assert (len(body.table.rows), body.hidden_rows, body.said) == (12, "2 more", "Event: 12 rows")


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({"behaviour": "event"}, "No events in this period"),
        ({"behaviour": "event", "filter": "browser:is:Edge"}, "Nothing with these filters"),
        ({"behaviour": "property"}, "No properties in this period"),
        ({"behaviour": "funnel"}, "No funnels yet"),
        ({"behaviour": "goal"}, "No goals yet"),
        ({"behaviour": "flow", "filter": "browser:is:Edge"}, "Nothing with these filters"),
        ({"behaviour": "flow", "period": "yesterday"}, "No pages in this period"),
    ],
)
def test_empty_list_says_what_would_fill_it(
    signed_in: Client, site: Site, parameters: dict[str, str], title: str
) -> None:
    visit_now(site)

    assert ask(signed_in, site, **parameters).empty.title == title


# Properties


def send(visit: Visit, event: str, **properties: str) -> Hit:
    return make_hit(visit, event=event, properties=properties)


def test_properties_begin_with_the_most_frequent_event_and_key(
    signed_in: Client, site: Site
) -> None:
    first, second = visit_now(site), visit_now(site)
    send(first, "Sign up", plan="pro", coupon="MAY")
    send(first, "Sign up", plan="free")
    earn(send(second, "Sign up", plan="pro"), 9)
    send(second, "Download", file="a.pdf")
    make_hit(second, event="Click")

    body = ask(signed_in, site, behaviour="property").body

    assert body.events.chosen == "Sign up"
    assert [link.label for link in body.events.links] == ["Sign up", "Download"]
    assert [(link.label, link.is_chosen) for link in body.keys] == [
        ("plan", True),
        ("coupon", False),
    ]
    assert heads(body.table) == ["Visitors", "Share", "Events", "Revenue"]
    assert numbers(body.table) == {
        "pro": ["2", f"100{PER_CENT}", "2", "9.00\N{NO-BREAK SPACE}EUR"],
        "free": ["1", f"50{PER_CENT}", "1", "–"],
    }


def test_event_and_key_are_chosen_by_links(signed_in: Client, site: Site) -> None:
    visit = visit_now(site)
    send(visit, "Sign up", plan="pro", coupon="MAY")
    send(visit, "Download", plan="a.pdf")

    body = ask(signed_in, site, behaviour="property", event="Sign up").body
    other = (
        signed_in.get(
            report_url(site, body.keys[1].url), headers={"hx-request": "true", "hx-target": PANEL}
        )
        .context["panel"]
        .body
    )

    assert [link.label for link in other.keys if link.is_chosen] == ["plan"]
    assert numbers(other.table) == {"pro": ["1", f"100{PER_CENT}", "1"]}


def test_value_leads_to_the_report_filtered_by_it(signed_in: Client, site: Site) -> None:
    send(visit_now(site), "Sign up", **{"plan]": "pro"})

    [row] = ask(signed_in, site, behaviour="property").body.table.rows
    filtered = signed_in.get(report_url(site, row.filter.url))

    assert [chip.words for chip in filtered.context["chips"]] == ["Property plan] is pro"]


def test_event_that_does_not_occur_keeps_its_place_in_the_menu(
    signed_in: Client, site: Site
) -> None:
    send(visit_now(site), "Sign up", plan="pro")

    page = page_of(signed_in, site, behaviour="property", event="Gone", key="plan")

    assert "No such properties in this period" in page
    assert "Gone" in page
    assert "Sign up" in page


@pytest.mark.parametrize(
    ("parameters", "url", "words"),
    [
        ({}, "details/goal/?period=7d", "Prices seen"),
        ({"behaviour": "event"}, "details/event/?period=7d&behaviour=event", "Sign up"),
        (
            {"behaviour": "property"},
            "details/property%5Bplan%5D/?period=7d&filter=event%3Ais%3ASign+up&behaviour=property",
            "Event is Sign up",
        ),
    ],
)
def test_details_have_all_rows(
    signed_in: Client, site: Site, parameters: dict[str, str], url: str, words: str
) -> None:
    make_goal(site, "Prices seen", "/pricing")
    send(visit_now(site, "/pricing"), "Sign up", plan="pro")

    details = ask(signed_in, site, period="7d", **parameters).body.details

    assert details.url == url
    assert words in signed_in.get(report_url(site, url)).content.decode()


def test_key_that_no_path_can_name_has_no_details(signed_in: Client, site: Site) -> None:
    send(visit_now(site), "Sign up", **{"a/b": "1"})

    assert ask(signed_in, site, behaviour="property").body.details is None


# Funnels


def test_funnel_is_steps_with_shares_and_what_is_lost_between(
    signed_in: Client, site: Site
) -> None:
    make_funnel(
        site, "Sales", [make_goal(site, "Prices", "/pricing"), make_goal(site, "Paid", "/paid")]
    )
    visit_now(site, "/pricing", "/paid")
    for _ in range(3):
        visit_now(site, "/pricing")
    visit_now(site)

    body = ask(signed_in, site, behaviour="funnel").body

    assert [(step.name, step.visits, step.share, step.bar_percent) for step in body.steps] == [
        ("Prices", "4", f"100{PER_CENT}", 100),
        ("Paid", "1", f"25{PER_CENT}", 25),
    ]
    assert [step.drop and step.drop.words for step in body.steps] == [
        None,
        f"3 visits left here, 75{PER_CENT}",
    ]
    assert body.steps[1].drop.outline == "0,0 100.0,0 25.0,10 0,10"
    assert body.summary == (
        f"1 of 5 visits went all the way: 20{PER_CENT} of all, 25{PER_CENT} of those that entered."
    )


def test_funnel_is_compared_and_filtered(signed_in: Client, site: Site) -> None:
    make_funnel(
        site, "Sales", [make_goal(site, "Prices", "/pricing"), make_goal(site, "Paid", "/paid")]
    )
    for days, visits in ((0, 3), (8, 2)):
        for _ in range(visits):
            start = timezone.now() - dt.timedelta(days=days)
            make_visit(site, started_at=start, pageviews=("/pricing",), origin=GOOGLE)
    visit_now(site, "/pricing")

    body = ask(signed_in, site, period="7d", behaviour="funnel", filter="source:is:Google").body

    assert body.steps[0].visits == "3"
    assert (body.steps[0].change.direction, body.steps[0].change.title) == ("up", "3, before 2")


def test_funnel_is_chosen_by_its_number(signed_in: Client, site: Site) -> None:
    visit_now(site)
    first, second = make_funnel(site, "A"), make_funnel(site, "B")

    bodies = [
        ask(signed_in, site, behaviour="funnel").body,
        ask(signed_in, site, behaviour="funnel", funnel=second.pk).body,
    ]

    assert [body.funnels.chosen for body in bodies] == ["A", "B"]
    assert [link.chosen for link in bodies[0].funnels.links] == [
        f"funnel={first.pk}",
        f"funnel={second.pk}",
    ]


def test_funnel_without_steps_says_so_in_place(signed_in: Client, site: Site) -> None:
    visit_now(site)
    Funnel.objects.create(site=site, name="Empty")

    page = page_of(signed_in, site, behaviour="funnel")

    assert "The funnel has no steps." in page
    assert "Empty" in page


def test_funnel_that_nobody_entered_divides_by_nothing(signed_in: Client, site: Site) -> None:
    visit_now(site)
    make_funnel(site, "Sales")

    body = ask(signed_in, site, behaviour="funnel").body

    assert body.summary == "No visit entered this funnel in this period."
    assert [(step.share, step.bar_percent) for step in body.steps] == [("–", 0), ("–", 0)]
    assert body.steps[1].drop.words == "0 visits left here"


# Flow


def test_flow_begins_with_the_most_viewed_page(signed_in: Client, site: Site) -> None:
    visit_now(site, "/", "/pricing", "/")
    visit_now(site, "/blog", "/")

    body = ask(signed_in, site, behaviour="flow").body

    assert (body.path, body.views) == ("/", "3 views")
    assert body.form.offered == ["/", "/blog", "/pricing"]
    assert {
        side.name: [(line.label, line.value, line.share) for line in side.lines]
        for side in body.sides
    } == {
        "before": [
            ("Began here", "1", f"33{PER_CENT}"),
            ("/blog", "1", f"33{PER_CENT}"),
            ("/pricing", "1", f"33{PER_CENT}"),
        ],
        "after": [("Left", "2", f"67{PER_CENT}"), ("/pricing", "1", f"33{PER_CENT}")],
    }


def test_page_beside_it_leads_to_its_own_flow(signed_in: Client, site: Site) -> None:
    visit_now(site, "/", "/a b?", "/c")

    body = ask(signed_in, site, period="7d", behaviour="flow", flow="/").body
    lines = {line.label: line.move for side in body.sides for line in side.lines}

    assert lines["Began here"] is None
    assert lines["/a b?"].url == "?period=7d&behaviour=flow&flow=%2Fa+b%3F"
    assert lines["/a b?"].chosen == "flow=%2Fa+b%3F"
    moved = ask(signed_in, site, behaviour="flow", flow="/a b?").body
    assert [line.label for side in moved.sides for line in side.lines] == ["/", "/c"]


def test_many_ways_are_added_up(signed_in: Client, site: Site) -> None:
    for number in range(10):
        visit_now(site, "/", f"/{number}")

    before, after = ask(signed_in, site, behaviour="flow", flow="/").body.sides

    assert (before.rest, after.rest) == ("", f"2 other pages, 20{PER_CENT}")


def test_page_that_nobody_viewed_says_so(signed_in: Client, site: Site) -> None:
    visit_now(site)

    page = page_of(signed_in, site, behaviour="flow", flow="/gone")

    assert "Nobody viewed this page in this period" in page
    assert 'value="/gone"' in page


# What is asked for


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?behaviour=secrets", "is not a list of this report"),
        ("?funnel=first", "Name a funnel by its number."),
        ("?funnel=%D9%A1", "Name a funnel by its number."),
        (f"?funnel={10**18}", "Name a funnel by its number."),
        ("?funnel=999999", "The site has no funnel 999999."),
        (f"?event={'e' * 101}", "This is not the name of an event."),
        ("?event=%00", "This is not the name of an event."),
        (f"?key={'k' * 101}", "This is not the key of a property."),
        ("?flow=%00", "Name a page by its path"),
        (f"?flow=/{'p' * 500}", "Name a page by its path"),
    ],
)
def test_wrong_question_gets_a_sentence(
    signed_in: Client, site: Site, query: str, sentence: str
) -> None:
    response = signed_in.get(report_url(site, query))

    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_funnel_of_another_site_is_not_known(signed_in: Client, site: Site, owner: User) -> None:
    other = make_funnel(Site.objects.create(owner=owner, domain="other.example"))

    response = signed_in.get(report_url(site, f"?funnel={other.pk}"))

    assert response.status_code == 400


def test_choice_of_each_tab_stays_in_the_links_of_the_others(signed_in: Client, site: Site) -> None:
    visit_now(site)
    funnel = make_funnel(site)
    chosen = {"event": "Buy", "key": "plan", "funnel": funnel.pk, "flow": "/a"}

    tabs = ask(signed_in, site, period="7d", **chosen).tabs

    assert tabs[1].url == f"?period=7d&behaviour=event&{urlencode(chosen)}#{PANEL}"


@pytest.mark.parametrize("tab", ["goal", "event", "property", "funnel", "flow"])
def test_page_without_javascript_has_each_tab(signed_in: Client, site: Site, tab: str) -> None:
    visit = visit_now(site, "/pricing", "/")
    send(visit, "Sign up", plan="pro")
    make_funnel(site, "Sales", [make_goal(site, "A", "/pricing"), make_goal(site, "B", "/")])

    page = signed_in.get(report_url(site, f"?behaviour={tab}&panels=all")).content.decode()

    assert f'id="{PANEL}"' in page
    assert page.count('hx-trigger="load"') == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_visitors_and_owners_are_shown_as_text(
    signed_in: Client, site: Site, text: str
) -> None:
    visit = visit_now(site, f"/{text}", "/")
    send(visit, text, **{text: text})
    make_funnel(site, text, [make_goal(site, text, "/**"), make_goal(site, f"{text} too", "/")])

    for tab in ("goal", "event", "property", "funnel", "flow"):
        page = page_of(signed_in, site, behaviour=tab, flow=f"/{text}")
        assert "<script" not in page
        assert "<img src=x" not in page
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page.replace(f'value="/{text}"', "")
        assert "alert(1)" in page or "alert" not in text
        assert not (text.startswith("{{") and "7|add:7" not in page)


# What it costs


@pytest.mark.parametrize(
    ("tab", "most"),
    [("goal", 14), ("event", 8), ("property", 13), ("funnel", 15), ("flow", 12)],
)
def test_tab_asks_the_facts_for_itself_only(
    signed_in: Client, site: Site, django_assert_max_num_queries: Any, tab: str, most: int
) -> None:
    visit = visit_now(site, "/pricing", "/")
    send(visit, "Sign up", plan="pro")
    goals = [make_goal(site, "Prices", "/pricing"), make_event_goal(site, "Signed up", "Sign up")]
    make_funnel(site, "Sales", goals)

    with django_assert_max_num_queries(most):
        page_of(signed_in, site, behaviour=tab)
