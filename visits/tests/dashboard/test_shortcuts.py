"""Which keys the page of a report declares, and that the help names them all."""

from __future__ import annotations

import re

from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.models import Site
from visits.tests.factory import make_visit

PERIODS = ["d", "e", "h", "w", "f", "n", "m", "p", "y", "l", "a"]
WORDS = {"previous": "←", "next": "→", "filter": "/", "clear": "Esc", "help": "?"}


def report(client: Client, site: Site, query: str = "") -> str:
    make_visit(site, started_at=timezone.now())
    return client.get(reverse("site_report", args=[site.pk]) + query).content.decode()


def keys(page: str) -> list[str]:
    return re.findall(r'data-shortcut="([^"]+)"', page)


def link_of(page: str, key: str) -> str:
    found = re.search(rf'<a [^>]*data-shortcut="{key}"[^>]*>', page)
    assert found
    return found.group()


def test_each_period_has_the_key_of_its_name(signed_in: Client, site: Site) -> None:
    page = report(signed_in, site)

    found = keys(page)
    assert [key for key in found if key in PERIODS] == PERIODS
    assert 'href="?period=7d"' in link_of(page, "w")
    assert 'aria-keyshortcuts="W"' in link_of(page, "w")


def test_one_key_switches_the_comparison(signed_in: Client, site: Site) -> None:
    compared, alone = report(signed_in, site), report(signed_in, site, "?compare=none")

    assert 'data-choice="compare=none&amp;' in link_of(compared, "x")
    assert 'data-choice="compare=&amp;' in link_of(alone, "x")


def test_escape_takes_away_one_filter_or_all(signed_in: Client, site: Site) -> None:
    one = report(signed_in, site, "?filter=browser:is:Firefox")
    two = report(signed_in, site, "?filter=browser:is:Firefox&filter=device:is:desktop")

    for page in (one, two):
        assert keys(page).count("clear") == 1
        assert 'data-choice="segment=&amp;filter="' in link_of(page, "clear")


def test_help_names_every_key_of_the_page(signed_in: Client, site: Site) -> None:
    page = report(signed_in, site, "?filter=browser:is:Firefox&period=yesterday")

    named = set(re.findall(r"<kbd>([^<]+)</kbd>", page))
    assert {WORDS.get(key, key.upper()) for key in keys(page)} <= named


def test_help_can_be_read_without_a_script() -> None:
    html = render_to_string("visits/_shortcuts.html", {"id": "shortcuts", "title": "Shortcuts"})

    assert 'id="shortcuts"' in html
    assert "data-shortcuts-switch hidden" in html
