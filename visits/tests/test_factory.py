"""The factory stores what the collector would store."""

from __future__ import annotations

import datetime as dt

from sites.models import Site
from visits.models import Hit, HitKind, Visit
from visits.tests.factory import MINUTE, NOON, make_hit, make_visit


def test_visit_views_its_pages_a_minute_apart(site: Site) -> None:
    visit = make_visit(site, pageviews=["/a", "/b", "/a"])

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.pageviews, visit.duration_seconds, visit.is_bounce) == (3, 120, False)
    assert (visit.entry_page.path, visit.exit_page.path) == ("/a", "/a")
    assert list(Hit.objects.order_by("pk").values_list("page__path", "is_first_view")) == [
        ("/a", True),
        ("/b", True),
        ("/a", False),
    ]


def test_day_is_the_day_of_the_site(site: Site) -> None:
    # Berlin is two hours ahead.
    visit = make_visit(site, started_at=dt.datetime(2026, 5, 4, 22, 30, tzinfo=dt.UTC))

    assert visit.day == dt.date(2026, 5, 5)


def test_only_the_first_visit_of_a_visitor_is_the_first(site: Site) -> None:
    first = make_visit(site, visitor=7)
    second = make_visit(site, visitor=7, started_at=NOON + 60 * MINUTE)

    assert first.is_first
    assert not second.is_first


def test_interactive_event_ends_a_bounce_and_no_other(site: Site) -> None:
    scrolled, bought = make_visit(site), make_visit(site)

    make_hit(scrolled, event="Scroll", is_interactive=False)
    make_hit(bought, event="Buy", properties={"plan": "pro"})

    assert scrolled.is_bounce
    assert not bought.is_bounce
    assert Hit.objects.filter(kind=HitKind.EVENT, is_first_view=None).count() == 2


def test_path_may_name_another_host(site: Site) -> None:
    make_visit(site, pageviews=["//shop.example.com/cart"])

    assert Hit.objects.values_list("page__hostname", "page__path").get() == (
        "shop.example.com",
        "/cart",
    )
