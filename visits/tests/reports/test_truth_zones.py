"""Every clock of the world on the days of 2026 on which it changes: buckets add up to totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from accounts.models import User
from sites.models import Site
from visits.tests.reports.ask import ask
from visits.tests.reports.naive import (
    Asked,
    PlainHit,
    PlainVisit,
    Series,
    Totals,
    answer,
    visits_of,
    within,
)
from visits.tests.reports.naive.clock import ONE_DAY, first_second
from visits.tests.reports.streams import days_of_unusual_length, write_many

pytestmark = pytest.mark.django_db
ORDINARY = dt.date(2026, 1, 31)
QUARTER = 900
COUNTS = ("visitors", "visits", "pageviews", "events")


def test_buckets_add_up_to_totals_in_all_time_zones(owner: User) -> None:
    sites = Site.objects.bulk_create(
        Site(owner=owner, domain=f"{name}.example".lower(), time_zone=name) for name in clocks()
    )
    days = {site: changing_days(site.zone) for site in sites}
    hits = {site: list(hits_around(site.zone, days[site])) for site in sites}
    write_many(hits)

    for site in sites:
        visits = visits_of(hits[site], site.zone)
        for day in days[site]:
            by_hour = Series(Asked(day, day), "hour")
            by_day = Series(Asked(day - ONE_DAY, day + ONE_DAY), "day")
            for series in (by_hour, by_day):
                check_sums(series, site, visits)


def check_sums(series: Series, site: Site, visits: list[PlainVisit]) -> None:
    buckets, totals = ask(series, [site]), ask(Totals(series.asked), [site])
    sums = {name: sum(row[name] for row in buckets.values()) for name in COUNTS}
    expected = answer(series, visits)

    assert isinstance(expected, dict)
    assert buckets.keys() == expected.keys(), (site.time_zone, series)
    assert sums == {name: totals[name] for name in COUNTS}, (site.time_zone, series)
    begun = within(visits, series.asked.start, series.asked.end)
    assert totals["visits"] == len(begun), (site.time_zone, series)


def clocks() -> list[str]:
    """Return a zone for each clock: hundreds of zones show the same times on all of these days."""
    zones = {clock(ZoneInfo(name)): name for name in sorted(available_timezones())}
    return list(zones.values())


def clock(zone: ZoneInfo) -> tuple[tuple[int, ...], ...]:
    """Return when the days begin, change and end that hits are around."""
    return tuple(
        (first_second(day, zone), change(day, zone), first_second(day + ONE_DAY, zone))
        for day in changing_days(zone)
    )


def changing_days(zone: ZoneInfo) -> list[dt.date]:
    return days_of_unusual_length(zone) or [ORDINARY]


def hits_around(zone: ZoneInfo, days: list[dt.date]) -> Iterator[PlainHit]:
    """Yield hits of one person each around the edges of days and the changes of clocks within.

    And one visit over midnight.
    """
    person = 0
    for day in days:
        for edge in (first_second(day, zone), change(day, zone), first_second(day + ONE_DAY, zone)):
            for at in (edge - 1, edge, edge + 1_800, edge + 3_600):
                yield PlainHit(at, person, event="" if person % 3 else "Sign up")
                person += 1
        yield PlainHit(first_second(day + ONE_DAY, zone) - 60, person)
        yield PlainHit(first_second(day + ONE_DAY, zone) + 600, person, path="/pricing")
        person += 1


def change(day: dt.date, zone: ZoneInfo) -> int:
    """Return the first quarter of an hour with another offset to UTC than the one before; else noon."""
    begin, end = first_second(day, zone), first_second(day + ONE_DAY, zone)
    offsets = [
        (at, dt.datetime.fromtimestamp(at, zone).utcoffset())
        for at in range(begin - QUARTER, end + QUARTER, QUARTER)
    ]
    changes = [at for (_, before), (at, offset) in pairwise(offsets) if before != offset]
    return changes[0] if changes else begin + 12 * 3_600
