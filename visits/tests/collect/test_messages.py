"""What a message may say besides a view or an event: attention, revenue, and an id that repeats."""

from __future__ import annotations

from typing import Any

import pytest

from sites.models import Site
from visits.models import Hit, HitRevenue, MessageId, Refusal, Visit
from visits.tests.collect.conftest import Ask, make_beacon


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the time at which requests arrive, in seconds after some noon."""

    def set_clock(seconds: int) -> None:
        monkeypatch.setattr("visits.collect.doors.time.time", lambda: 1_780_000_000 + seconds)

    return set_clock


def engage(
    ask: Ask, site: Site, seconds: float, scroll: int = 0, path: str = "/pricing"
) -> str | None:
    url = f"https://{site.domain}{path}"
    beacon = make_beacon(site, name="engagement", url=url, engaged=seconds * 1000, scroll=scroll)
    reply = ask("POST", "/t", beacon)
    assert reply.status == 204
    return reply.refusal


# Engagement


def test_attention_belongs_to_the_view_and_keeps_the_visit_open(
    ask: Ask, site: Site, clock: Any
) -> None:
    clock(0)
    ask("POST", "/t", make_beacon(site))
    clock(40)

    assert engage(ask, site, 30, scroll=60) is None

    hit, visit = Hit.objects.get(), Visit.objects.get()
    assert (hit.engaged_seconds, hit.scroll_percent) == (30, 60)
    assert (visit.pageviews, visit.events, visit.duration_seconds) == (1, 0, 40)
    assert visit.is_bounce


def test_attention_adds_up_and_scroll_depth_is_the_largest(
    ask: Ask, site: Site, clock: Any
) -> None:
    clock(0)
    ask("POST", "/t", make_beacon(site))

    for seconds, engaged, scroll in ((10, 5, 30), (20, 4, 80), (30, 3, 50)):
        clock(seconds)
        engage(ask, site, engaged, scroll)

    hit = Hit.objects.get()
    assert (hit.engaged_seconds, hit.scroll_percent) == (12, 80)


def test_attention_goes_to_the_newest_view_of_its_page(ask: Ask, site: Site, clock: Any) -> None:
    for seconds, path in enumerate(("/a", "/b", "/a", "/c")):
        clock(seconds * 60)
        ask("POST", "/t", make_beacon(site, url=f"https://{site.domain}{path}"))
    clock(300)

    engage(ask, site, 7, path="/a")

    engaged = list(Hit.objects.order_by("pk").values_list("engaged_seconds", flat=True))
    assert engaged == [None, None, 7, None]


def test_attention_that_began_within_the_pause_was_never_away(
    ask: Ask, site: Site, clock: Any
) -> None:
    clock(0)
    ask("POST", "/t", make_beacon(site))
    clock(3600)

    assert engage(ask, site, 3590) is None

    assert Visit.objects.get().duration_seconds == 3600


@pytest.mark.parametrize(("path", "seconds"), [("/other", 10), ("/pricing", 3000)])
def test_attention_without_a_view_is_refused(
    ask: Ask, site: Site, clock: Any, path: str, seconds: int
) -> None:
    clock(0)
    ask("POST", "/t", make_beacon(site))
    clock(seconds)

    assert engage(ask, site, 5, path=path) == "no_view"

    assert Hit.objects.get().engaged_seconds is None
    assert Refusal.objects.get().reason == "no_view"


def test_attention_is_cut_at_a_working_day(ask: Ask, site: Site, clock: Any) -> None:
    clock(0)
    ask("POST", "/t", make_beacon(site))
    clock(60)

    for _ in range(3):
        engage(ask, site, 20_000)

    assert Hit.objects.get().engaged_seconds == 28_800


# Revenue


@pytest.mark.parametrize(
    ("amount", "currency", "stored"),
    [
        (12.5, "EUR", ("EUR", 12_500_000)),
        ("19.99", "usd", ("USD", 19_990_000)),
        (-3, "GBP", ("GBP", -3_000_000)),
        (0.1, "EUR", ("EUR", 100_000)),
    ],
)
def test_event_carries_revenue(
    ask: Ask, site: Site, amount: Any, currency: str, stored: tuple[str, int]
) -> None:
    revenue = {"amount": amount, "currency": currency}

    reply = ask("POST", "/t", make_beacon(site, name="Purchase", revenue=revenue))

    assert reply.status == 204
    row = HitRevenue.objects.get()
    assert (row.currency, row.amount_micros) == stored
    assert row.hit_id == Hit.objects.get().pk


@pytest.mark.parametrize(
    "revenue",
    [5, "5", [], {}, {"amount": 5}, {"amount": 5, "currency": "EURO"}, {"amount": 5, "currency": 978},
     {"amount": "x", "currency": "EUR"}, {"amount": None, "currency": "EUR"},
     {"amount": float("nan"), "currency": "EUR"}, {"amount": 1e300, "currency": "EUR"},
     {"amount": True, "currency": ""}],
)  # fmt: skip
def test_revenue_that_is_none_gets_a_sentence(ask: Ask, site: Site, revenue: Any) -> None:
    reply = ask("POST", "/t", make_beacon(site, name="Purchase", revenue=revenue))

    assert reply.status == 400
    assert list(reply.errors()) == ["revenue"]


# Ids of messages


def test_message_with_the_same_id_is_counted_once(ask: Ask, site: Site) -> None:
    replies = [ask("POST", "/t", make_beacon(site, id="a1b2")) for _ in range(3)]

    assert [reply.status for reply in replies] == [204] * 3
    assert [reply.refusal for reply in replies] == [None, "repeat", "repeat"]
    assert (Hit.objects.count(), MessageId.objects.count()) == (1, 1)
    assert Refusal.objects.get().count == 2


def test_same_id_on_another_site_is_another_message(ask: Ask, site: Site) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")

    ask("POST", "/t", make_beacon(site, id="1"))
    ask("POST", "/t", make_beacon(other, id="1"))

    assert Hit.objects.count() == 2


def test_id_is_taken_at_every_door(ask: Ask, site: Site) -> None:
    for _ in range(2):
        ask("GET", f"/t/{site.key}.gif?url=/&id=7")
        ask("GET", f"/sites/{site.pk}/visit?event=X&url=/&id=8")

    assert Hit.objects.count() == 2


def test_attention_with_the_same_id_is_added_once(ask: Ask, site: Site, clock: Any) -> None:
    clock(0)
    ask("POST", "/t", make_beacon(site))
    clock(20)

    for _ in range(2):
        ask("POST", "/t", make_beacon(site, name="engagement", engaged=5000, id="x"))

    assert Hit.objects.get().engaged_seconds == 5


@pytest.mark.parametrize("id", [5, [], "x" * 65])
def test_strange_id_gets_a_sentence(ask: Ask, site: Site, id: Any) -> None:
    reply = ask("POST", "/t", make_beacon(site, id=id))

    assert (reply.status, list(reply.errors())) == (400, ["id"])
