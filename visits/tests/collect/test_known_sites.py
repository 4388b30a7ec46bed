"""Sites that the collector knows: changes are seen within two seconds, and a database may be away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import Error, InterfaceError, OperationalError

from sites.models import Exclusion, Site
from visits.collect import known_sites as module
from visits.collect.known_sites import KnownSites, UnknownSite


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def sites(clock: Clock) -> KnownSites:
    return KnownSites()


def test_site_is_known_by_key_and_by_id(site: Site, sites: KnownSites) -> None:
    assert sites.read(site.key).site == sites.read(site.pk).site == site


def test_change_is_seen_within_two_seconds(site: Site, sites: KnownSites, clock: Clock) -> None:
    sites.read(site.key)
    Site.objects.update(domain="new.example")
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.COUNTRY, pattern="AT")

    clock.now += 1
    assert sites.read(site.key).site.domain == "example.com"
    clock.now += 1
    known = sites.read(site.key)

    assert known.site.domain == "new.example"
    assert known.rules.refuse_country("AT") == "country"


def test_fresh_site_costs_no_query(
    site: Site, sites: KnownSites, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        sites.read(site.key)
    with django_assert_num_queries(0):
        assert sites.recall(site.key) is sites.read(site.key)


def test_unknown_key_is_not_asked_for_again_at_once(
    db: None, sites: KnownSites, clock: Clock, django_assert_num_queries: Any
) -> None:
    with pytest.raises(UnknownSite):
        sites.read("nosuchsite")

    with django_assert_num_queries(0), pytest.raises(UnknownSite):
        sites.recall("nosuchsite")
    clock.now += 2
    assert sites.recall("nosuchsite") is None


def test_new_site_is_found_within_two_seconds(site: Site, sites: KnownSites, clock: Clock) -> None:
    key = site.key
    Site.objects.update(key="other")
    with pytest.raises(UnknownSite):
        sites.read(key)
    Site.objects.update(key=key)

    clock.now += 2

    assert sites.read(key).site.pk == site.pk


def test_deleted_site_is_forgotten(site: Site, sites: KnownSites, clock: Clock) -> None:
    sites.read(site.key)
    Site.objects.all().delete()

    clock.now += 2

    with pytest.raises(UnknownSite):
        sites.read(site.key)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_known_site_stays_known_while_the_database_is_away(
    site: Site, sites: KnownSites, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    sites.read(site.key)

    def fail(lookup: Any) -> Any:
        raise error

    monkeypatch.setattr(module, "_read", fail)
    clock.now += 3600

    assert sites.read(site.key).site == site
    with pytest.raises(Error):
        sites.read("another")


def test_database_that_is_away_is_not_waited_for_by_each_site(
    site: Site, sites: KnownSites, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites.read(site.key)
    sites.read(site.pk)
    asked: list[Any] = []

    def fail(lookup: Any) -> Any:
        asked.append(lookup)
        clock.now += 1
        raise OperationalError

    with monkeypatch.context() as away:
        away.setattr(module, "_read", fail)
        clock.now += 2
        for lookup in (site.key, site.pk):
            assert sites.read(lookup).site == site
        with pytest.raises(OperationalError):
            sites.read("another")

    assert asked == [site.key]
    clock.now += 2
    assert sites.recall(site.key) is None
    assert sites.read(site.pk).read_at == clock.now


def test_invented_keys_do_not_fill_the_memory(
    db: None, sites: KnownSites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SITES_REMEMBERED", 10)

    for number in range(50):
        with pytest.raises(UnknownSite):
            sites.read(f"key{number}")

    assert len(sites.unknown_until) <= 11
    assert not sites.known
