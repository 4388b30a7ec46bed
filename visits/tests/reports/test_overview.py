"""A card for each site."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from sites.models import Site
from visits.models import Archive, Visit
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.overview import site_cards
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.realtime import current_visitors
from visits.reports.totals import totals
from visits.tests.factory import NOON, make_visit
from visits.upkeep.closing import close_days, mark_changed
from visits.upkeep.retention import prune

ONE_DAY = dt.timedelta(days=1)


def make_site(owner: User, domain: str, time_zone: str) -> Site:
    return Site.objects.create(owner=owner, name=domain, domain=domain, time_zone=time_zone)


def test_card_shows_seven_days_and_compares_with_the_seven_before(site: Site) -> None:
    for days_ago in (0, 0, 0, 6, 8, 13, 14):
        make_visit(site, started_at=NOON - days_ago * ONE_DAY)

    (card,) = site_cards([site], NOON)

    assert card.site == site
    assert (card.days[0], card.days[-1]) == (dt.date(2026, 4, 28), dt.date(2026, 5, 4))
    assert card.series == (1, 0, 0, 0, 0, 0, 3)
    assert (card.visitors, card.previous_visitors, card.change_rate) == (4, 2, 1.0)


def test_seven_days_before_end_at_this_minute_as_in_the_report(site: Site) -> None:
    week_ago = NOON - 7 * ONE_DAY
    make_visit(site, started_at=NOON)
    for minutes in (-60, -1, 0, 1, 300):
        make_visit(site, started_at=week_ago + dt.timedelta(minutes=minutes))

    (card,) = site_cards([site], NOON)

    assert (card.visitors, card.previous_visitors) == (1, 2)
    assert (card.visitors, card.previous_visitors) == visitors_of_report(site)


def test_card_says_what_the_report_says_where_clocks_have_changed(owner: User) -> None:
    # Clocks were put forward on 29 March in Berlin, on 8 March in New York.
    now = dt.datetime(2026, 3, 31, 12, 30, tzinfo=dt.UTC)
    zones = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati")
    sites = [make_site(owner, f"s{number}.example", zone) for number, zone in enumerate(zones)]
    for site in sites:
        for minutes in (-61, -59, -1, 1, 59, 61):
            at = now - 7 * ONE_DAY + dt.timedelta(minutes=minutes)
            make_visit(site, started_at=at, day=at.astimezone(site.zone).date())

    cards = site_cards(sites, now)

    said = [(card.visitors, card.previous_visitors) for card in cards]
    assert said == [visitors_of_report(site, now) for site in sites]
    assert [previous for _, previous in said] == [5, 3, 3, 3]


def visitors_of_report(site: Site, now: dt.datetime = NOON) -> tuple[Any, Any]:
    period = Period.named("7d", now, site.zone)
    before = Comparison(ComparisonName.PREVIOUS).of(period, now, site.zone)
    [row] = totals(ReportQuery((site,), period, before), ["visitors"]).rows
    assert row.previous is not None
    return row.values[0], row.previous[0]


def test_card_asks_the_archive_for_hits_that_are_gone_and_compares_with_nothing_without_it(
    site: Site,
) -> None:
    for days_ago in (1, 7):
        make_visit(site, started_at=NOON - days_ago * ONE_DAY - dt.timedelta(hours=1))
    close_days(NOON)
    site.keeps_facts_days = 7
    site.save()
    prune(site, NOON + ONE_DAY)

    (archived,) = site_cards([site], NOON)
    Archive.objects.all().delete()
    (lost,) = site_cards([site], NOON)

    assert (archived.visitors, archived.previous_visitors) == (1, 1)
    assert (lost.visitors, lost.previous_visitors, lost.change_rate) == (1, None, None)


def test_each_site_has_its_own_today(owner: User) -> None:
    # At 22:30 UTC it is tomorrow in Tokyo and still today in New York.
    now = dt.datetime(2026, 5, 4, 22, 30, tzinfo=dt.UTC)
    tokyo = make_site(owner, "tokyo.example", "Asia/Tokyo")
    new_york = make_site(owner, "ny.example", "America/New_York")
    for place in (tokyo, new_york):
        make_visit(place, started_at=now)

    cards = site_cards([tokyo, new_york], now)

    assert [card.days[-1].day for card in cards] == [5, 4]
    assert [card.series[-1] for card in cards] == [1, 1]


def test_site_without_hits_waits_for_its_first(site: Site, owner: User) -> None:
    quiet = make_site(owner, "quiet.example", "UTC")
    make_visit(site, started_at=NOON - 400 * ONE_DAY)

    old, new = site_cards([site, quiet], NOON)

    assert (old.visitors, old.has_hits) == (0, True)
    assert (new.visitors, new.has_hits) == (0, False)
    assert new.change_rate is None


def test_site_whose_visits_are_not_kept_any_more_does_not_wait(site: Site) -> None:
    make_visit(site, started_at=NOON - 400 * ONE_DAY)
    close_days(NOON)
    site.keeps_facts_days = 7
    site.save()
    prune(site, NOON)
    assert not Visit.objects.exists()

    (card,) = site_cards([site], NOON)

    assert card.has_hits


def test_no_sites_are_no_cards() -> None:
    assert site_cards([], NOON) == ()


@pytest.mark.parametrize(("seconds_ago", "is_there"), [(0, True), (299, True), (300, False)])
def test_visitor_is_there_for_five_minutes(site: Site, seconds_ago: int, is_there: bool) -> None:
    make_visit(site, started_at=NOON - dt.timedelta(seconds=seconds_ago))

    assert current_visitors([site.pk], NOON) == ({site.pk: 1} if is_there else {})


def test_visitor_with_two_visits_is_there_once(site: Site) -> None:
    make_visit(site, visitor=1)
    make_visit(site, visitor=1)
    make_visit(site, visitor=2)

    assert current_visitors([site.pk], NOON) == {site.pk: 2}


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_visitor_who_came_before_midnight_is_still_there(owner: User, time_zone: str) -> None:
    place = make_site(owner, "far.example", time_zone)
    for hour in range(24):
        now = NOON + dt.timedelta(hours=hour)
        make_visit(place, started_at=now - dt.timedelta(minutes=1), day=yesterday(now, place))
        assert current_visitors([place.pk], now) == {place.pk: 1}


def yesterday(now: dt.datetime, site: Site) -> dt.date:
    return now.astimezone(site.zone).date() - ONE_DAY


def test_sites_with_other_changed_days_each_are_asked_in_one_statement(
    owner: User, django_assert_num_queries: Any
) -> None:
    sites = [
        Site.objects.create(owner=owner, domain=f"site{number}.example") for number in range(8)
    ]
    for site in sites:
        for days_ago in range(10):
            make_visit(site, started_at=NOON - days_ago * ONE_DAY)
    close_days(NOON)
    for days_ago, site in enumerate(sites, 1):
        mark_changed(site.pk, [(NOON - days_ago * ONE_DAY).date()])
        make_visit(site, started_at=NOON - days_ago * ONE_DAY)

    with django_assert_num_queries(6):
        cards = site_cards(sites, NOON + dt.timedelta(minutes=1))

    assert [card.visitors for card in cards] == [8, 8, 8, 8, 8, 8, 7, 7]
    assert [card.previous_visitors for card in cards] == [3, 3, 3, 3, 3, 3, 4, 4]
