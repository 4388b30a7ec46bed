"""The panel of what visitors did: how its tabs are asked for, what they cost, and hostile texts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import User
from sites.models import Site
from visits.tests.dashboard.behaviour.asking import (
    PANEL,
    ask,
    page_of,
    send,
    visit_now,
)
from visits.tests.dashboard.pages import report_url
from visits.tests.named import make_event_goal, make_funnel, make_goal

# What a visitor, or an owner, may have named something.
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "javascript:alert(1)",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
)


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
