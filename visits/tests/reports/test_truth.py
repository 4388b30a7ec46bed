"""Every report against plain loops over the same hits: equal to the digit.

The hits go through the collector's writer, so that nothing is right only because reports and tests make
the same mistake about the tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.models import HitKind
from visits.reports.breakdown import breakdown
from visits.reports.dimensions import DIMENSIONS
from visits.reports.metrics import METRICS
from visits.reports.overview import site_cards
from visits.reports.period import Interval, Period
from visits.reports.query import ReportQuery
from visits.reports.recent import recent_hits
from visits.reports.results import Row
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals
from visits.tests.reports import naive
from visits.tests.reports.naive import PlainHit, PlainVisit
from visits.tests.reports.streams import ZONES, streams, write

COUNTS = ("visitors", "visits", "pageviews", "events")
ONE_DAY = dt.timedelta(days=1)
# One database serves all examples of a test; each takes back what it wrote.
# Without the phase that explains a failure: it would outlast the time a test may take.
truth = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=set(Phase) - {Phase.explain},
)
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A site's hits around a day, another site's, and what is asked about the first."""

    zone: str
    day: dt.date
    hits: Sequence[PlainHit]
    hits_elsewhere: Sequence[PlainHit]
    period: Period
    batch_size: int


@st.composite
def cases(draw: st.DrawFn, lengths: Sequence[int] = (1, 2, 7, 100)) -> Case:
    """Draw hits, and a period that may miss some of them."""
    zone = draw(st.sampled_from(ZONES))
    day, hits = draw(streams(ZoneInfo(zone)))
    start = day + draw(st.sampled_from((0, -1, -1, 0, 1))) * ONE_DAY
    end = start + (draw(st.sampled_from(lengths)) - 1) * ONE_DAY
    _, elsewhere = draw(streams(ZoneInfo("UTC")))
    return Case(
        zone, day, hits, elsewhere, Period.custom(start, end), draw(st.sampled_from((1, 3, 100)))
    )


@dataclass(frozen=True)
class Stored:
    """What is asked, and the visits of the period and its comparison as a plain loop finds them."""

    query: ReportQuery
    visits: Sequence[PlainVisit]
    visits_before: Sequence[PlainVisit]


@contextmanager
def stored(owner: User, case: Case) -> Iterator[Stored]:
    """Store the hits, and take everything back in the end."""
    with transaction.atomic():
        site = Site.objects.create(owner=owner, domain="example.com", time_zone=case.zone)
        other = Site.objects.create(owner=owner, domain="other.example")
        write(other, case.hits_elsewhere, case.batch_size)
        write(site, case.hits, case.batch_size)
        before = case.period.previous(case.day)
        visits = naive.visits_of(case.hits, site.zone)
        yield Stored(
            ReportQuery(site, case.period, before),
            naive.within(visits, case.period.start, case.period.end),
            naive.within(visits, before.start, before.end),
        )
        transaction.set_rollback(True)


def by_name(values: Sequence[object], metrics: Sequence[Any]) -> dict[str, object]:
    return dict(zip([metric.name for metric in metrics], values, strict=True))


@truth
@given(case=cases())
def test_totals_are_those_of_a_plain_loop(owner: User, case: Case) -> None:
    with stored(owner, case) as known:
        report = totals(known.query)

    (row,) = report.rows
    assert by_name(row.values, report.metrics) == naive.metrics_of(known.visits)
    assert row.previous
    assert by_name(row.previous, report.metrics) == naive.metrics_of(known.visits_before)


@truth
@given(case=cases())
def test_breakdowns_are_those_of_a_plain_loop(owner: User, case: Case) -> None:
    with stored(owner, case) as known:
        reports = [
            breakdown(known.query, name, dimension.metrics, limit=1_000)
            for name, dimension in DIMENSIONS.items()
        ]

    for report in reports:
        assert report.dimension
        expected = naive.split(report.dimension.name, known.visits)
        before = naive.split(report.dimension.name, known.visits_before)
        found = {row.key: by_name(row.values, report.metrics) for row in report.rows}
        found_before = {row.key: by_name(row.previous or (), report.metrics) for row in report.rows}
        assert found == expected
        assert report.total_rows == len(expected)
        assert {key: row for key, row in found_before.items() if any(row.values())} == {
            key: row for key, row in before.items() if key in expected
        }


@truth
@given(case=cases(lengths=(1,)))
def test_hours_are_those_of_a_plain_loop(owner: User, case: Case) -> None:
    with stored(owner, case) as known:
        report = timeseries(known.query, METRICS, now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))

    day, zone = case.period.start, ZoneInfo(case.zone)
    first_visits = list({visit.who: visit for visit in reversed(known.visits)}.values())
    assert report.interval is Interval.HOUR
    for number, row in enumerate(report.rows):
        began = [
            visit for visit in known.visits if naive.hour_number(visit.began, day, zone) == number
        ]
        hits = [
            hit
            for visit in known.visits
            for hit in visit.hits
            if naive.hour_number(hit.at, day, zone) == number
        ]
        assert by_name(row.values, report.metrics) == naive.metrics_of(began) | {
            # Whoever comes back later that day is counted in the first hour only.
            "visitors": sum(visit in first_visits for visit in began),
            "pageviews": sum(not hit.event for hit in hits),
            "events": sum(bool(hit.event) for hit in hits),
        }


@truth
@given(case=cases(lengths=(2, 7, 100)))
def test_days_and_months_are_those_of_a_plain_loop(owner: User, case: Case) -> None:
    with stored(owner, case) as known:
        report = timeseries(known.query, METRICS, now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))

    days: dict[str, list[PlainVisit]] = {}
    width = len("2026-05-04") if report.interval is Interval.DAY else len("2026-05")
    for visit in known.visits:
        days.setdefault(visit.day.isoformat()[:width], []).append(visit)
    assert {row.key[0] for row in report.rows} >= set(days)
    for row in report.rows:
        expected = naive.metrics_of(days.get(row.key[0], []))
        assert by_name(row.values, report.metrics) == expected


@truth
@given(case=cases())
def test_buckets_add_up_to_the_total(owner: User, case: Case) -> None:
    with stored(owner, case) as known:
        series = timeseries(known.query, COUNTS, now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
        total = totals(known.query, COUNTS)

    for name in COUNTS:
        assert sum(value or 0 for value in series.column(name)) == total.column(name)[0]


@truth
@given(case=cases(), limit=st.sampled_from((1, 3, 20)))
def test_newest_hits_are_those_of_a_plain_loop(owner: User, case: Case, limit: int) -> None:
    with stored(owner, case) as known:
        found = recent_hits(known.query, limit)

    hits = [hit for visit in known.visits for hit in visit.hits]
    # Of hits in the same second, the one that was stored last comes first.
    newest = sorted(hits, key=lambda hit: (hit.at, case.hits.index(hit)), reverse=True)[:limit]
    assert [
        (int(hit.at.timestamp()), hit.path, hit.hostname, hit.event, hit.properties, hit.browser)
        for hit in found
    ] == [
        (hit.at, hit.path, hit.hostname, hit.event, hit.properties, hit.client[0]) for hit in newest
    ]
    assert all((hit.kind is HitKind.EVENT) == bool(hit.event) for hit in found)


@truth
@given(case=cases(), seconds=st.sampled_from((0, 299, 300, 5_000, 90_000, 700_000)))
def test_cards_are_those_of_a_plain_loop(owner: User, case: Case, seconds: int) -> None:
    last_at = max((hit.at for hit in (*case.hits, *case.hits_elsewhere)), default=0)
    now = dt.datetime.fromtimestamp(last_at + seconds, dt.UTC)
    with stored(owner, case):
        cards = site_cards(Site.objects.order_by("-domain"), now)

    for card, hits in zip(cards, (case.hits_elsewhere, case.hits), strict=True):
        visits = naive.visits_of(hits, card.site.zone)
        today = naive.local_date(last_at + seconds, card.site.zone)
        days = [today - number * ONE_DAY for number in range(14)][::-1]
        visitors = [len({visit.who for visit in visits if visit.day == day}) for day in days]
        here = {visit.who for visit in visits if visit.hits[-1].at > last_at + seconds - 300}
        assert card.days == tuple(days[7:])
        assert card.series == tuple(visitors[7:])
        assert (card.visitors, card.previous_visitors) == (sum(visitors[7:]), sum(visitors[:7]))
        assert card.current_visitors == len(here)
        assert card.has_hits is bool(hits)


def test_rows_know_their_change() -> None:
    row = Row(key=(), label="", values=(12, 0.5, None, 3), previous=(8, 0.0, 1, None))

    assert row.changes == (0.5, None, None, None)
