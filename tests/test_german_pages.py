"""A walk over the pages of people in German: no English words, and no number that a program misreads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from sites.models import Exclusion, Site
from testing.catalogues import catalogue_of, messages_of, pairs_of
from visits.models import Refusal, RefusalReason
from visits.tests.factory import make_hit, make_visit
from visits.tests.named import (
    make_annotation,
    make_event_goal,
    make_funnel,
    make_goal,
    make_link,
    make_segment,
)

# Doors of programs, the admin, and what is no page.
LEFT_OUT = re.compile(
    r"admin/|api/|t$|t\.js|t/|healthz|readyz|styleguide/|sites/<int:site_id>/(visit|export/)"
)
SPOKEN = ("aria-label", "alt", "title", "placeholder", "data-said")
# Content that is a program's, or somebody's own.
UNSPOKEN = {"script", "style", "code", "pre", "option", "textarea"}
ENGLISH = re.compile(r"\b(the|of|and|with|your|this|are|from|by|to|or|were|has|have)\b", re.I)
PLACEHOLDER = re.compile(r"%\\\(\w+\\\)[sd]|%%")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?$")
GEOMETRY = (
    "d",
    "points",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "width",
    "height",
    "viewbox",
)
# What a script reads as a number, whichever sign it would have in the middle.
DIGITS = re.compile(r"-?[\d.,]*\d[\d.,]*")
WHOLE = re.compile(r"\s+")


class Words(HTMLParser):
    """What a page says, and what it draws and asks for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.drawn: list[tuple[str, str, str]] = []
        self.inputs: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in UNSPOKEN:
            self.open.append(tag)
        self.said += [attributes[name] for name in SPOKEN if attributes.get(name)]
        self.drawn += [
            (tag, name, value)
            for name, value in attributes.items()
            if name in GEOMETRY or (name.startswith("data-") and DIGITS.fullmatch(value))
        ]
        if tag == "input":
            self.inputs.append((attributes.get("type", ""), attributes.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        text = WHOLE.sub(" ", data).strip()
        if text and not self.open:
            self.said.append(text)


def patterns_of(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns_of(pattern, route)
        else:
            yield route, pattern


ROUTES = sorted(
    {
        route
        for route, _ in patterns_of(get_resolver())
        if not LEFT_OUT.match(route) and "^" not in route
    }
)


def english_sentences() -> list[re.Pattern[str]]:
    """Return what no German page may say: what is said in another way in German."""
    return [
        re.compile(PLACEHOLDER.sub(".+", re.escape(english)))
        for message in messages_of(catalogue_of("de"))
        for english, german in pairs_of(message)
        if english != german and re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", re.escape(english)))
    ]


@pytest.fixture
def pages(client: Client, owner: User, site: Site) -> dict[str, str]:
    """Return an address of each route."""
    now = timezone.now()
    visit = make_visit(site, started_at=now, pageviews=["/eins", "/zwei"])
    make_hit(visit, "/zwei", at=now, event="Kauf", properties={"plan": "Pro"})
    goals = [make_goal(site, "Ziel A", "/eins"), make_event_goal(site, "Ziel B", "Kauf")]
    parts = {
        "int:site_id": site.pk,
        "int:goal_id": goals[0].pk,
        "int:funnel_id": make_funnel(site, "Trichter A", goals).pk,
        "int:segment_id": make_segment(site, "Segment A").pk,
        "int:annotation_id": make_annotation(site, "Notiz A", now.date()).pk,
        "str:dimension": "country",
        "slug:slug": (link := make_link(site, "Kunde")).slug,
        "int:link_id": link.pk,
        "key": "abc",
        "uidb36": "abc",
    }
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/geheim")
    for reason in RefusalReason:
        Refusal.objects.create(site=site, hour_at=now, reason=reason, count=2)
    User.objects.filter(pk=owner.pk).update(language="de", display_name="Ada")
    client.force_login(owner)
    fill = re.compile(r"<([^>]+)>")
    return {
        route: "/" + fill.sub(lambda part: str(_part(parts, part[1])), route) for route in ROUTES
    }


def _part(parts: dict[str, object], name: str) -> object:
    return parts.get(name, parts.get(f"int:{name.partition(':')[2]}", "abc"))


def get_in(language: str, client: Client, url: str) -> str | None:
    """Return the page at an address in a language, None where there is none to see."""
    User.objects.update(language=language)
    response = client.get(url, headers={"Accept-Language": language})
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    assert response.status_code < 500
    return response.content.decode() if is_page and response.status_code == 200 else None


def test_german_pages_have_no_english_words(client: Client, pages: dict[str, str]) -> None:
    english = english_sentences()
    found: dict[str, list[str]] = {}
    for route, url in pages.items():
        page = get_in("de", client, url)
        for text in dict.fromkeys(Words(page).said if page else []):
            if ENGLISH.search(text) or any(sentence.fullmatch(text) for sentence in english):
                found.setdefault(route, []).append(text)

    assert found == {}


def test_language_changes_nothing_that_is_drawn_or_typed(
    client: Client, pages: dict[str, str]
) -> None:
    for url in pages.values():
        english, german = (get_in(language, client, url) for language in ("en", "de"))
        if english is None or german is None:
            continue

        assert Words(german).drawn == Words(english).drawn, url
        assert [kind for kind, _ in Words(german).inputs] == [k for k, _ in Words(english).inputs]
        for kind, value in Words(german).inputs:
            assert kind != "date" or not value or re.fullmatch(r"\d{4}-\d\d-\d\d", value), url
            assert kind != "number" or not value or NUMBER.fullmatch(value), url
