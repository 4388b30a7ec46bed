"""What was viewed directly before and after a page."""

from __future__ import annotations

from django.test import Client

from sites.models import Site
from visits.tests.dashboard.behaviour.asking import (
    PER_CENT,
    ask,
    page_of,
    visit_now,
)


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
