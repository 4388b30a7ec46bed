"""What arrives now and today, against plain counts."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from sites.models import Site
from visits.models import Refusal, RefusalReason
from visits.service import traffic
from visits.service.traffic import Counted, counted_today, hits_now, refused_today
from visits.tests.factory import make_hit, make_visit

# In Kiritimati it is the 16th already.
NOW = dt.datetime(2026, 5, 15, 12, 20, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_nothing_comes_into_an_empty_database(db: None) -> None:
    now = hits_now(NOW)

    assert (now.per_minute, now.newest_at, now.kept) == (0, None, 0)
    assert counted_today(NOW) == Counted(0, 0, 0)
    assert refused_today(NOW) == {}


def test_rate_is_of_the_last_five_minutes(site: Site) -> None:
    make_visit(site, started_at=NOW - 9 * MINUTE, pageviews=["/"] * 8)

    found = hits_now(NOW)

    # At 4, 3 and 2 minutes ago; those of 9 to 5 minutes ago are too old.
    assert found.per_minute == 3 / 5
    assert found.newest_at == NOW - 2 * MINUTE
    assert found.kept == 8


def test_rate_of_many_hits_is_that_of_the_newest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "HITS_LOOKED_AT", 4)
    visit = make_visit(site, started_at=NOW - 3 * MINUTE, pageviews=["/"])
    for number in range(8):
        make_hit(visit, at=NOW - MINUTE + number * dt.timedelta(seconds=1))

    found = hits_now(NOW)

    # Of nine, the last four came within 56 seconds.
    assert found.per_minute == pytest.approx(4 * 60 / 56)
    assert found.kept == 9


def test_hits_with_todays_date_are_counted_wherever_the_site_is(owner: User, site: Site) -> None:
    early = Site.objects.create(
        owner=owner, name="Early", domain="early.test", time_zone="Pacific/Kiritimati"
    )
    bought = make_visit(site, started_at=NOW, pageviews=["/", "/b"])
    make_hit(bought, event="Bought")
    make_visit(site, started_at=NOW - dt.timedelta(days=1))
    make_visit(early, started_at=NOW)
    make_visit(early, started_at=NOW - dt.timedelta(hours=4), pageviews=["/"])

    assert counted_today(NOW) == Counted(visits=2, hits=4, sites=2)


def test_what_a_site_gave_up_counts_no_more(owner: User, site: Site) -> None:
    gone = Site.objects.create(owner=owner, name="Gone", domain="gone.test")
    make_visit(gone, started_at=NOW)
    site.last_reset_visit = make_visit(site, started_at=NOW).pk
    site.save()
    make_visit(site, started_at=NOW)
    for each in (site, gone):
        Refusal.objects.create(site=each, hour_at=NOW, reason=RefusalReason.BOT, count=2)

    Site.objects.filter(pk=gone.pk).discard(NOW)

    assert counted_today(NOW) == Counted(visits=1, hits=1, sites=1)
    assert refused_today(NOW) == {"bot": 2}


def test_refusals_are_those_since_midnight_with_the_most_first(site: Site) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    counts = [
        (midnight, "bot", 2),
        (NOW, "bot", 3),
        (NOW, "spam", 7),
        (midnight - MINUTE, "bot", 50),
    ]
    for hour_at, reason, count in counts:
        Refusal.objects.create(site=site, hour_at=hour_at, reason=reason, count=count)

    assert list(refused_today(NOW).items()) == [("spam", 7), ("bot", 5)]
