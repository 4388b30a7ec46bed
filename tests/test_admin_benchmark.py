"""The benchmark of the admin: which pages it comes to, what it measures, and how it judges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from benchmarks.admin import line, verdict, write
from benchmarks.admin_pages import Crawl, Links, ask, kind_of
from benchmarks.asked import INDEX, Asked
from sites.models import Site

HITS = "/admin/visits/hit/"


def asked(path: str = HITS, wall_ms: float = 100, queries: int = 10, status: int = 200) -> Asked:
    return Asked(path, status, wall_ms, 50, queries)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (asked(wall_ms=300, queries=15), "met"),
        (asked(wall_ms=301), "MISSED time"),
        (asked(INDEX, wall_ms=151), "MISSED time"),
        (asked(queries=16), "MISSED queries"),
        (asked(wall_ms=301, queries=16, status=500), "MISSED status, time, queries"),
    ],
)
def test_page_is_judged_by_its_limits(page: Asked, expected: str) -> None:
    assert verdict(page) == expected
    assert line(page).endswith(expected)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/admin/", ("index",)),
        (f"{HITS}?q=a&site=1", ("visits_hit_changelist", "q", "site")),
        (f"{HITS}?site=2&q=b", ("visits_hit_changelist", "q", "site")),
        ("/admin/sites/site/?o=-2", ("sites_site_changelist", "-2")),
        ("/admin/sites/site/?o=-2.1", None),
        (f"{HITS}?q=a&site=1&p=2", None),
        ("/admin/logout/", None),
        ("/admin/nowhere/at/all", None),
    ],
)
def test_kind_of_a_page_is_its_route_and_what_is_asked(
    path: str, kind: tuple[str, ...] | None
) -> None:
    assert kind_of(path) == kind


def test_crawl_follows_links_below_the_index_to_two_of_a_kind() -> None:
    crawl = Crawl([])
    hrefs = ["?site=1", "?site=2", "?site=3", "/sites/", "https://example.com/admin/", "#top"]

    crawl.follow(HITS, "".join(f'<a href="{href}">x</a>' for href in hrefs))

    assert list(crawl.waiting) == [f"{HITS}?site=1", f"{HITS}?site=2", HITS]


def test_way_back_from_a_form_makes_no_other_page() -> None:
    crawl = Crawl([])

    crawl.follow(HITS, '<a href="5/change/?_changelist_filters=q%3Dx">x</a>')

    assert list(crawl.waiting) == [f"{HITS}5/change/"]


def test_links_are_those_of_anchors() -> None:
    assert Links('<link href="/a.css"><a href="/b">b</a><a>none</a>').found == ["/b"]


def test_page_is_measured_and_a_way_to_another_page_is_none(staff: User, site: Site) -> None:
    client = Client()
    client.force_login(staff)

    page, html = ask(client, "/admin/sites/site/", 2)
    elsewhere, nothing = ask(client, "/admin/sites/site/999/change/", 2)

    assert site.domain in html
    assert (page.status, page.queries > 3, page.wall_ms > 0, page.cpu_ms > 0) == (200, *[True] * 3)
    assert (elsewhere.status, elsewhere.wall_ms, nothing) == (302, 0, "")


def test_pages_are_written_with_the_machine(tmp_path: Path) -> None:
    write([asked(wall_ms=301)], tmp_path / "bench" / "admin.json")

    report = json.loads((tmp_path / "bench" / "admin.json").read_text())
    assert report["machine"]
    assert [(page["path"], page["verdict"]) for page in report["pages"]] == [(HITS, "MISSED time")]
