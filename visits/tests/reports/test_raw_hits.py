"""The hits themselves: all of them, each once, in words."""

from __future__ import annotations

import base64
import datetime as dt
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.models import Site
from visits.models import Channel, Hit, HitKind, HitRevenue, Operator, Page, Visit
from visits.reports import raw_hits as module
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import Filter
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import (
    COLUMNS,
    Cursor,
    Place,
    RawHit,
    all_hits,
    find_hits,
    raw_hits,
)
from visits.reports.totals import totals
from visits.tests.factory import MINUTE, NOON, PHONE, Origin, make_hit, make_visit

TODAY = NOON.date()
DAY = dt.timedelta(days=1)


def query(site: Site, *filters: Filter, period: Period | None = None) -> ReportQuery:
    return ReportQuery((site,), period or Period.of("28d", TODAY), filters=filters)


def follow(asked: ReportQuery, limit: int) -> Iterator[Sequence[int]]:
    """Yield the ids of page after page."""
    page = find_hits(asked, limit=limit)
    yield list(page.ids)
    while page.next:
        page = find_hits(asked, page.next, limit)
        yield list(page.ids)


def all_ids(site: Site) -> list[int]:
    return list(Hit.objects.filter(site=site).order_by("day", "pk").values_list("pk", flat=True))


# What a hit says


def test_hit_says_all_that_is_known_of_it(site: Site) -> None:
    origin = Origin("Google", Channel.PAID_SEARCH, "google.com/", "a", "b", "c", "d", "e")
    visit = make_visit(site, pageviews=(), origin=origin)
    hit = make_hit(visit, "/buy", event="Buy", properties={"plan": "pro", "size": "L"})
    HitRevenue.objects.create(site=site, hit=hit, currency="EUR", amount_micros=19_990_000)
    Page.objects.update(title="Shop")
    Hit.objects.update(engaged_seconds=7, scroll_percent=80)

    [raw] = all_hits(query(site))

    assert raw == RawHit(
        at=dt.datetime(2026, 5, 4, 12, 1, tzinfo=dt.UTC),
        day=TODAY,
        visit=visit.pk,
        kind="event",
        hostname="example.com",
        path="/buy",
        title="Shop",
        event="Buy",
        properties={"plan": "pro", "size": "L"},
        revenue=Decimal("19.99"),
        currency="EUR",
        engaged_seconds=7,
        scroll_percent=80,
        source="Google",
        channel="paid_search",
        referrer="google.com/",
        utm_source="a",
        utm_medium="b",
        utm_campaign="c",
        utm_term="d",
        utm_content="e",
        country="DE",
        region="Land Berlin",
        city="Berlin",
        browser="Firefox",
        browser_version="120",
        os="Linux",
        os_version="",
        device="desktop",
        screen="1280x720",
        language="de-DE",
    )
    assert raw.at.isoformat() == "2026-05-04T14:01:00+02:00"


def test_view_has_no_event_no_properties_and_no_revenue(site: Site) -> None:
    make_visit(site)

    [raw] = all_hits(query(site))

    assert (raw.kind, raw.event, raw.properties) == ("pageview", "", {})
    assert (raw.revenue, raw.currency, raw.engaged_seconds) == (None, "", None)


def test_no_column_tells_who_it_was(site: Site) -> None:
    """A visit has a number, and the visitor has none."""
    assert not {"visitor", "address", "ip", "hash", "user_agent"} & set(COLUMNS)


def test_time_has_the_offset_of_that_day(site: Site) -> None:
    make_visit(site, started_at=dt.datetime(2026, 1, 4, 23, 30, tzinfo=dt.UTC))

    [raw] = all_hits(query(site, period=Period.of("year", TODAY)))

    assert (raw.at.isoformat(), raw.day.isoformat()) == ("2026-01-05T00:30:00+01:00", "2026-01-05")


# Which hits


def test_hits_are_those_of_the_visits_of_the_period(site: Site, stranger: Any) -> None:
    other = Site.objects.create(owner=stranger, name="B", domain="b.example", time_zone="UTC")
    late = dt.datetime(2026, 5, 4, 21, 59, tzinfo=dt.UTC)
    make_visit(site, pageviews=("/before",), started_at=late - DAY)
    make_visit(site, pageviews=("/one", "/after-midnight"), started_at=late)
    make_visit(site, pageviews=("/next",), started_at=late + DAY)
    make_visit(other, pageviews=("/other",))

    hits = all_hits(query(site, period=Period.of("today", TODAY)))

    assert [hit.path for hit in hits] == ["/one", "/after-midnight"]


def test_period_of_hours_is_cut_by_the_beginning_of_visits(site: Site) -> None:
    make_visit(site, pageviews=("/old",), started_at=NOON - 25 * 60 * MINUTE)
    make_visit(site, pageviews=("/new", "/newer"), started_at=NOON - 10 * MINUTE)

    hits = all_hits(query(site, period=Period.named("24h", NOON, site.zone)))

    assert [hit.path for hit in hits] == ["/new", "/newer"]


FILTERS = [
    (Filter("browser", Operator.IS, ("Safari",)),),
    (Filter("browser", Operator.IS_NOT, ("Safari",)),),
    (Filter("page", Operator.IS, ("/b",)),),
    (Filter("event", Operator.IS, ("Buy",)),),
    (Filter("property[plan]", Operator.IS_NOT, ("pro",)),),
    (Filter("page", Operator.IS, ("/b",)), Filter("event", Operator.CONTAINS, ("u",))),
    (Filter("browser", Operator.IS, ("Netscape",)),),
]


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: filters[0].text)
def test_hits_are_those_that_the_totals_count(site: Site, filters: tuple[Filter, ...]) -> None:
    visit = make_visit(site, pageviews=("/a", "/b"), equipment=PHONE)
    make_hit(visit, "/b", event="Buy", properties={"plan": "pro"})
    make_hit(visit, "/a", event="Signup", properties={"plan": "free"})
    make_visit(site, pageviews=("/b", "/b"), started_at=NOON - DAY)
    make_visit(site, pageviews=("/a",), started_at=NOON - 9 * DAY)
    asked = query(site, *filters)

    kinds = [hit.kind for hit in all_hits(asked)]

    [row] = totals(asked, ["pageviews", "events"]).rows
    assert (kinds.count("pageview"), kinds.count("event")) == row.values


# Page by page


@pytest.fixture
def month_of_hits(site: Site) -> list[int]:
    """Views and events on several days, stored in no order of days."""
    for days in (3, 0, 27, 3, 0, 12, 1):
        visit = make_visit(site, pageviews=("/", "/a"), started_at=NOON - days * DAY)
        make_hit(visit, event="Click")
        make_hit(visit, "/b")
    return all_ids(site)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 27, 28, 29, 1000])
def test_pages_have_every_hit_once_in_the_order_of_days(
    site: Site, month_of_hits: list[int], limit: int
) -> None:
    pages = list(follow(query(site), limit))

    assert [hit_id for page in pages for hit_id in page] == month_of_hits
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages[-1]) <= limit


@pytest.mark.parametrize("limit", [1, 4, 9])
def test_hits_that_arrive_meanwhile_neither_hide_nor_repeat_others(
    site: Site, month_of_hits: list[int], limit: int
) -> None:
    found: list[int] = []

    for page in follow(query(site), limit):
        found += page
        if len(found) < 40:
            make_visit(site, started_at=NOON - (len(found) % 28) * DAY)
            make_visit(site, started_at=NOON, pageviews=("/new",))

    assert len(found) == len(set(found))
    assert set(found) >= set(month_of_hits)
    assert found == sorted(found, key=all_ids(site).index)


def test_hit_that_goes_meanwhile_is_left_out(site: Site, month_of_hits: list[int]) -> None:
    page = find_hits(query(site))
    Hit.objects.filter(pk=month_of_hits[3]).delete()

    assert len(list(raw_hits(query(site), page.ids))) == len(month_of_hits) - 1


def test_site_that_is_emptied_meanwhile_is_no_error(site: Site, month_of_hits: list[int]) -> None:
    Page.objects.all().delete()

    assert {hit.path for hit in all_hits(query(site))} == {""}


@pytest.mark.parametrize("limit", [0, -1, 100_001])
def test_limit_has_bounds(site: Site, limit: int) -> None:
    with pytest.raises(InvalidQuery, match="1 to 100,000"):
        find_hits(query(site), limit=limit)


def test_place_beyond_the_period_is_the_end(site: Site, month_of_hits: list[int]) -> None:
    assert not find_hits(query(site), Place(TODAY + DAY, 0)).ids
    assert list(find_hits(query(site), Place(dt.date(1970, 1, 1), 10**17)).ids) == month_of_hits


def test_all_hits_are_found_beyond_one_page(
    site: Site, month_of_hits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = module.find_hits
    monkeypatch.setattr(module, "find_hits", lambda asked, after=None: page(asked, after, limit=5))

    assert len(list(all_hits(query(site)))) == len(month_of_hits)


# Cursors


@given(
    st.dates(dt.date(1970, 1, 1), dt.date(2200, 12, 31)),
    st.integers(0, 10**18 - 1),
    st.integers(0, 10**10 - 1),
)
def test_cursor_is_read_back(day: dt.date, hit_id: int, asked: int) -> None:
    cursor = Cursor(Place(day, hit_id), dt.datetime.fromtimestamp(asked, dt.UTC))

    assert Cursor.parse(cursor.text) == cursor
    assert cursor.text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text", ["", "x", "ä", "17", "MS4y", "=", "MTIz" * 100, "LTEuMi4z", "\x00", "\ud800"]
)
def test_anything_else_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidQuery, match="not a cursor"):
        Cursor.parse(text)


@given(st.binary(max_size=40))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with suppress(InvalidQuery):
        Cursor.parse(base64.urlsafe_b64encode(content).decode())


# Cost


def test_chunk_takes_thirteen_statements_however_many_hits_it_has(
    site: Site, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        visit = make_visit(site, pageviews=("/", "/a"))
        make_hit(visit, event="Buy", properties={"plan": "pro"})
    asked = query(site, period=Period.of("today", TODAY))
    asked.resolved()

    with django_assert_num_queries(2):
        page = find_hits(asked)
    with django_assert_num_queries(13):
        assert len(list(raw_hits(asked, page.ids))) == 9


def test_two_chunks_take_twice_as_many(
    site: Site, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(module, "HITS_IN_A_CHUNK", 5)
    make_visit(site, pageviews=("/",) * 10)
    page = find_hits(query(site))

    # Views have no events, properties and revenue.
    with django_assert_num_queries(2 * 9):
        list(raw_hits(query(site), page.ids))


def test_empty_years_are_gone_through_in_few_steps(
    site: Site, django_assert_max_num_queries: Any
) -> None:
    period = Period.custom(dt.date(2020, 1, 1), dt.date(2029, 12, 31))

    with django_assert_max_num_queries(2 * 120):
        assert not find_hits(query(site, period=period)).ids


def test_what_cannot_be_found_is_not_looked_for(site: Site, django_assert_num_queries: Any) -> None:
    asked = query(site, Filter("browser", Operator.IS, ("Netscape",)))
    asked.resolved()

    with django_assert_num_queries(0):
        assert not find_hits(asked).ids


def test_hits_are_not_held(site: Site) -> None:
    visit = make_visit(site, pageviews=("/",))
    template = Hit.objects.get()
    Hit.objects.bulk_create(
        (
            Hit(
                site=site,
                day=visit.day,
                at=visit.started_at,
                visit=visit,
                kind=HitKind.PAGEVIEW,
                page_id=template.page_id,
                client_id=template.client_id,
                is_first_view=False,
            )
            for _ in range(19_999)
        ),
        batch_size=500,
    )
    asked = query(site, period=Period.of("today", TODAY))

    tracemalloc.start()
    page = find_hits(asked)
    count = sum(1 for _ in raw_hits(asked, page.ids))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 20_000
    assert peak_bytes < 8_000_000
    assert Visit.objects.count() == 1
