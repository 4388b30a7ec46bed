"""The newest hits as a list."""

from __future__ import annotations

import dataclasses
import datetime as dt

from sites.models import Site
from visits.models import HitKind
from visits.reports.filters import parse_filters
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.recent import RecentHit, recent_hits
from visits.tests.factory import GOOGLE, MINUTE, NOON, make_hit, make_visit

TODAY = NOON.date()
ONE_DAY = dt.timedelta(days=1)


def query(site: Site, name: str = "28d") -> ReportQuery:
    return ReportQuery((site,), Period.of(name, TODAY))


def paths(hits: tuple[RecentHit, ...]) -> list[str]:
    return [hit.path for hit in hits]


def test_hit_is_described_in_words(site: Site) -> None:
    visit = make_visit(site, origin=GOOGLE)
    make_hit(visit, "/join", event="Sign up", properties={"plan": "pro", "age": "40"})

    event, view = recent_hits(query(site))

    assert event == RecentHit(
        at=dt.datetime(2026, 5, 4, 14, 1, tzinfo=site.zone),
        kind=HitKind.EVENT,
        path="/join",
        hostname="example.com",
        event="Sign up",
        properties=(("plan", "pro"), ("age", "40")),
        browser="Firefox",
        os="Linux",
        device="desktop",
        country="DE",
        city="Berlin",
        source="Google",
    )
    assert (event.country_label, event.source_label) == ("Germany", "Google")
    assert (view.kind, view.event, view.properties) == (HitKind.PAGEVIEW, "", ())
    assert f"{view.at:%H:%M}" == "14:00"


def test_newest_come_first_from_as_many_days_as_it_takes(site: Site) -> None:
    make_visit(site, started_at=NOON - 20 * ONE_DAY, pageviews=["/oldest"])
    make_visit(site, started_at=NOON - 3 * ONE_DAY, pageviews=["/old", "/older"])
    make_visit(site, pageviews=["/new"])

    assert paths(recent_hits(query(site))) == ["/new", "/older", "/old", "/oldest"]
    assert paths(recent_hits(query(site), limit=2)) == ["/new", "/older"]


def test_visit_that_goes_on_after_midnight_is_among_the_newest(site: Site) -> None:
    midnight = dt.datetime(2026, 5, 3, 22, tzinfo=dt.UTC)
    make_visit(site, started_at=midnight, pageviews=["/today"])
    make_visit(site, started_at=midnight - MINUTE, pageviews=["/before", "/after", "/later"])

    assert paths(recent_hits(query(site), limit=1)) == ["/later"]


def test_hits_beyond_the_period_are_left_out(site: Site) -> None:
    make_visit(site, started_at=NOON - ONE_DAY)

    assert recent_hits(query(site, "today")) == ()


def test_hits_are_those_that_the_filters_count(site: Site) -> None:
    visit = make_visit(site, origin=GOOGLE, pageviews=["/", "/pricing"])
    make_hit(visit, "/pricing", event="Sign up")
    make_visit(site, pageviews=["/pricing"])
    plain = query(site)

    def found(*texts: str) -> list[tuple[str, str]]:
        asked = dataclasses.replace(plain, filters=parse_filters(texts))
        return [(hit.path, hit.event) for hit in recent_hits(asked)]

    assert found("source:is:Google", "page:is:/pricing") == [
        ("/pricing", "Sign up"),
        ("/pricing", ""),
    ]
    assert found("event:is:Sign up") == [("/pricing", "Sign up"), ("/pricing", ""), ("/", "")]
    assert found("page:is:/nowhere") == []


def test_hits_of_a_period_within_a_day_belong_to_visits_that_began_in_it(site: Site) -> None:
    make_visit(site, started_at=NOON - dt.timedelta(hours=2), pageviews=["/before"])
    make_visit(site, started_at=NOON, pageviews=["/now"])
    live = ReportQuery((site,), Period.named("live", NOON + MINUTE, site.zone))

    assert paths(recent_hits(live)) == ["/now"]
