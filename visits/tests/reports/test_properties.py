"""Which properties events carry: a worked example, and a plain loop over the same hits."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from sites.models import Site
from visits.models import Visit
from visits.reports.filters import parse_filter
from visits.reports.period import Period
from visits.reports.properties import EventKeys, event_keys
from visits.reports.query import ReportQuery
from visits.tests.factory import GOOGLE, NOON, make_hit, make_visit

pytestmark = pytest.mark.django_db

TODAY = NOON.date()


def ask(site: Site, *filters: str) -> tuple[EventKeys, ...]:
    conditions = tuple(parse_filter(each) for each in filters)
    return event_keys(ReportQuery((site,), Period.custom(TODAY, TODAY), filters=conditions))


def plain_keys(hits: list[tuple[str, dict[str, str]]]) -> tuple[EventKeys, ...]:
    """Count the hits of each event and key; ties are in the order of their names."""
    counts = Counter((event, key) for event, properties in hits for key in properties)
    ordered = sorted(counts, key=lambda pair: (-counts[pair], pair))
    events = dict.fromkeys(event for event, _ in ordered)
    return tuple(
        EventKeys(name, tuple(key for event, key in ordered if event == name)) for name in events
    )


def send(visit: Visit, event: str, **properties: str) -> None:
    make_hit(visit, event=event, properties=properties)


def test_most_frequent_event_and_key_come_first(site: Site) -> None:
    visit = make_visit(site)
    for plan in ("free", "pro"):
        send(visit, "Sign up", plan=plan)
    send(visit, "Sign up", plan="pro", coupon="MAY")
    send(visit, "Download", file="a.pdf")
    for _ in range(9):
        send(visit, "Click")

    assert ask(site) == (
        EventKeys("Sign up", ("plan", "coupon")),
        EventKeys("Download", ("file",)),
    )


def test_filters_choose_the_events(site: Site) -> None:
    send(make_visit(site, origin=GOOGLE), "Sign up", plan="pro")
    send(make_visit(site), "Download", file="a.pdf")

    assert ask(site, "source:is:Google") == (EventKeys("Sign up", ("plan",)),)
    assert ask(site, "event:is:Download") == (EventKeys("Download", ("file",)),)
    assert ask(site, "source:is:Bing") == ()


def test_keys_are_those_of_a_plain_loop(site: Site) -> None:
    chance = random.Random(5)
    hits = []
    for _ in range(60):
        event = chance.choice(["Sign up", "Download", "Click"])
        keys = chance.sample(["plan", "file", "color"], chance.randrange(3))
        hits.append((event, {key: chance.choice("abc") for key in keys}))
    visits = [make_visit(site) for _ in range(5)]
    for event, properties in hits:
        make_hit(chance.choice(visits), event=event, properties=properties)

    assert ask(site) == plain_keys(hits)


def test_many_values_take_no_more_statements(
    site: Site, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    visit = make_visit(site)
    for number in range(20):
        send(visit, "Buy", order=str(number))

    # What is known of the days, the scan, and the names of event and property.
    with django_assert_max_num_queries(5):
        assert ask(site) == (EventKeys("Buy", ("order",)),)
