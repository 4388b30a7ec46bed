"""How hits become visits, seen in the tables after the writer has stored them."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import DatabaseError

from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.browser import ClientKey
from visits.collect.outcome import Engagement, NewHit, SourceKey
from visits.collect.page import CampaignKey, PageKey
from visits.collect.payload import PropertyKey
from visits.collect.place import LocationKey
from visits.models import Hit, HitKind, HitProperty, OpenVisit, Page, Visit
from visits.models.dimension import Channel
from visits.models.time import to_day

TODAY = dt.date(2026, 5, 4)
TOMORROW = dt.date(2026, 5, 5)
NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
MINUTE = 60
VISITOR, OTHER, BEFORE = 11, -12, 13
# A day that goes on is what collection usually has to do with.
NEVER = 1 << 40


def make_hit(
    site: Site,
    minute: float = 0,
    path: str = "/",
    *,
    visitor: int = VISITOR,
    event: str = "",
    day: dt.date = TODAY,
    **fields: Any,
) -> NewHit:
    """Return a hit `minute` minutes after noon."""
    defaults: dict[str, Any] = {
        "visitor_before": None,
        "source": SourceKey("Google", Channel.ORGANIC_SEARCH, "google.com"),
        "client": ClientKey("Firefox", "120", "Linux", "", "desktop"),
        "location": LocationKey("DE", "Berlin", "Berlin"),
        "campaign": CampaignKey("", "", "", "", ""),
        "screen": "1280x720",
        "language": "de-DE",
        "properties": (),
        "is_interactive": True,
        "engaged_seconds": None,
        "scroll_percent": None,
        "day_ends_at": NEVER,
    }
    return NewHit(
        site_id=site.pk,
        at=int(NOON.timestamp() + minute * MINUTE),
        day=to_day(day),
        visitor=visitor,
        kind=HitKind.EVENT if event else HitKind.PAGEVIEW,
        event_name=event,
        page=PageKey("example.com", path),
        **{**defaults, **fields},
    )


@pytest.fixture(params=["one batch", "one by one"])
def write(request: pytest.FixtureRequest) -> Any:
    """Write hits in one transaction or each in its own: the tables must be the same."""

    def write_hits(*hits: NewHit) -> None:
        batches = [hits] if request.param == "one batch" else [[hit] for hit in hits]
        for batch in batches:
            write_batch(batch)

    return write_hits


def test_first_hit_begins_a_visit(site: Site, write: Any) -> None:
    write(make_hit(site, path="/pricing"))

    visit = Visit.objects.get()
    assert (visit.site_id, visit.day, visit.visitor) == (site.pk, TODAY, visit.pk)
    assert OpenVisit.objects.get().visitor == VISITOR
    assert visit.started_at == visit.last_seen_at == NOON
    assert visit.entry_page_id == visit.exit_page_id == Page.objects.get(path="/pricing").pk
    assert (visit.pageviews, visit.events, visit.duration_seconds) == (1, 0, 0)
    assert visit.is_first
    assert visit.is_bounce


def test_hits_with_short_pauses_are_one_visit(site: Site, write: Any) -> None:
    write(make_hit(site, 0, "/a"), make_hit(site, 29, "/b"), make_hit(site, 58, "/c"))

    visit = Visit.objects.get()
    assert (visit.pageviews, visit.duration_seconds) == (3, 58 * MINUTE)
    assert visit.entry_page_id == Page.objects.get(path="/a").pk
    assert visit.exit_page_id == Page.objects.get(path="/c").pk
    assert not visit.is_bounce
    assert set(Hit.objects.values_list("visit", flat=True)) == {visit.pk}


@pytest.mark.parametrize(("pause", "visits"), [(29.9, 1), (30, 2), (31, 2)])
def test_visit_ends_after_thirty_quiet_minutes(
    site: Site, write: Any, pause: float, visits: int
) -> None:
    write(make_hit(site, 0), make_hit(site, pause))

    assert Visit.objects.count() == visits


def test_second_visit_of_a_visitor_is_not_the_first(site: Site, write: Any) -> None:
    write(make_hit(site, 0), make_hit(site, 45), make_hit(site, 90), make_hit(site, 91))

    assert list(Visit.objects.order_by("pk").values_list("is_first", "pageviews")) == [
        (True, 1),
        (False, 1),
        (False, 2),
    ]


def test_each_visitor_has_an_own_visit(site: Site, write: Any) -> None:
    write(make_hit(site, 0), make_hit(site, 1, visitor=OTHER), make_hit(site, 2))

    assert set(Visit.objects.values_list("pageviews", "is_first")) == {(2, True), (1, True)}
    assert set(OpenVisit.objects.values_list("visitor", flat=True)) == {VISITOR, OTHER}


def test_same_visitor_id_on_two_sites_is_two_visits(site: Site, write: Any) -> None:
    second = Site.objects.create(owner=site.owner, name="Second", domain="second.example")

    write(make_hit(site, 0), make_hit(second, 1))

    assert set(Visit.objects.values_list("site", "is_first")) == {
        (site.pk, True),
        (second.pk, True),
    }


def test_only_the_first_view_of_a_page_is_a_first_view(site: Site, write: Any) -> None:
    write(
        make_hit(site, 0, "/a"),
        make_hit(site, 1, "/b"),
        make_hit(site, 2, "/a"),
        make_hit(site, 3, "/a", event="Signup"),
        make_hit(site, 60, "/a"),
        make_hit(site, 61, "/c"),
    )

    flags = Hit.objects.order_by("at").values_list("is_first_view", flat=True)
    assert list(flags) == [True, True, False, None, False, True]


def test_visit_goes_on_after_midnight_under_the_id_of_the_day_before(
    site: Site, write: Any
) -> None:
    write(
        make_hit(site, 0, visitor=BEFORE),
        make_hit(site, 20, visitor=VISITOR, visitor_before=BEFORE, day=TOMORROW),
        make_hit(site, 40, visitor=VISITOR, visitor_before=BEFORE, day=TOMORROW),
    )

    visit = Visit.objects.get()
    assert (visit.day, visit.pageviews) == (TODAY, 3)
    assert OpenVisit.objects.get().visitor == BEFORE
    assert set(Hit.objects.values_list("day", flat=True)) == {TODAY}


def test_visit_after_a_pause_past_midnight_is_the_first_of_its_day(site: Site, write: Any) -> None:
    write(
        make_hit(site, 0, visitor=BEFORE),
        make_hit(site, 20, visitor=VISITOR, visitor_before=BEFORE, day=TOMORROW),
        make_hit(site, 60, visitor=VISITOR, visitor_before=BEFORE, day=TOMORROW),
    )

    assert list(Visit.objects.order_by("pk").values_list("day", "is_first")) == [
        (TODAY, True),
        (TOMORROW, True),
    ]
    assert list(OpenVisit.objects.order_by("pk").values_list("visitor", "day")) == [
        (BEFORE, TODAY),
        (VISITOR, TOMORROW),
    ]


@pytest.mark.parametrize(
    ("hits", "is_bounce"),
    [
        ([{}], True),
        ([{}, {}], False),
        ([{}, {"event": "Signup"}], False),
        ([{}, {"event": "Seen", "is_interactive": False}], True),
        ([{"event": "Signup"}], False),
        ([{"event": "Signup"}, {}], False),
        ([{"event": "Seen", "is_interactive": False}, {}], True),
    ],
)
def test_bounce_is_one_pageview_and_no_interactive_event(
    site: Site, write: Any, hits: list[dict[str, Any]], is_bounce: bool
) -> None:
    write(*[make_hit(site, minute, **fields) for minute, fields in enumerate(hits)])

    assert Visit.objects.get().is_bounce is is_bounce


def test_event_keeps_its_name_and_properties(site: Site, write: Any) -> None:
    write(make_hit(site, event="Signup", properties=(PropertyKey("plan", "pro"),)))

    hit = Hit.objects.select_related("event_name").get()
    assert (hit.kind, hit.event_name.name) == (HitKind.EVENT, "Signup")
    stored = HitProperty.objects.select_related("property").get()
    assert (stored.hit_id, stored.property.key, stored.property.value) == (hit.pk, "plan", "pro")


def test_visit_keeps_its_first_source(site: Site, write: Any) -> None:
    direct = SourceKey("", Channel.DIRECT, "")

    write(make_hit(site, 0), make_hit(site, 1, source=direct))

    assert Visit.objects.select_related("source").get().source.name == "Google"


@pytest.mark.parametrize("order", list(itertools.permutations([0, 10, 20])))
def test_hits_out_of_order_make_the_same_visit(
    site: Site, write: Any, order: tuple[int, ...]
) -> None:
    write(*[make_hit(site, minute, f"/{minute}") for minute in order])

    visit = Visit.objects.get()
    assert visit.started_at == NOON
    assert visit.duration_seconds == 20 * MINUTE
    assert visit.entry_page_id == Page.objects.get(path="/0").pk
    assert visit.exit_page_id == Page.objects.get(path="/20").pk


def test_all_attention_to_a_view_adds_up(site: Site, write: Any) -> None:
    hit = make_hit(site)
    attention = [
        Engagement(site.pk, hit.at + at, hit.day, VISITOR, None, hit.page, seconds, scroll)
        for at, seconds, scroll in ((10, 8, 30), (40, 20, 80), (50, 5, 60))
    ]

    write(hit, *attention)

    stored = Hit.objects.get()
    assert (stored.engaged_seconds, stored.scroll_percent) == (33, 80)


def test_visits_of_a_visitor_share_the_id_of_the_first(site: Site, write: Any) -> None:
    write(make_hit(site, 0), make_hit(site, 5, visitor=OTHER), make_hit(site, 60))

    first, other, second = Visit.objects.order_by("pk")
    assert (first.visitor, other.visitor, second.visitor) == (first.pk, other.pk, first.pk)


def test_empty_batch_writes_nothing(db: None) -> None:
    write_batch([])

    assert not Visit.objects.exists()


def test_batch_of_hits_takes_few_statements(
    site: Site, django_assert_max_num_queries: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_batch([make_hit(site, visitor=1), make_hit(site, visitor=2)])
    hits = [make_hit(site, number % 60, visitor=number) for number in range(400)]

    with django_assert_max_num_queries(12):
        write_batch(hits)


@pytest.mark.django_db(transaction=True)
def test_hit_of_a_site_that_was_deleted_meanwhile_leaves_nothing(site: Site) -> None:
    hit = make_hit(site)
    write_batch([hit])
    site.delete()

    with pytest.raises(DatabaseError):
        write_batch([hit])

    assert not any(model.objects.exists() for model in (Hit, Visit, Page))
