"""Events in the panel of what visitors did."""

from __future__ import annotations

from django.test import Client

from sites.models import Site
from visits.tests.dashboard.behaviour.asking import (
    ask,
    earn,
    heads,
    numbers,
    visit_now,
)
from visits.tests.factory import make_hit


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
