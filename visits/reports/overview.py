"""Many sites at a glance: a card for each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Exists, OuterRef

from sites.models import Site
from visits.models import SiteDay, Visit
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.engines import Coverage, cover, scan_facts
from visits.reports.lost_days import LostDays
from visits.reports.period import Period, PeriodName
from visits.reports.query import given_up
from visits.reports.realtime import current_visitors
from visits.reports.results import change_rate
from visits.reports.scan import Fact, Group, Scan

CARD_DAYS = 7


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site's last seven days, today included, in days of its own time zone, and the seven before.

    Both are those of the report: the days before end at this minute of the day. `series` has the visitors
    of each of `days`; `previous_visitors` is None where the hits of the day that is cut are gone;
    `current_visitors` were seen in the last five minutes; without `has_hits` the site waits for the first
    hit of its life.
    """

    site: Site
    days: tuple[dt.date, ...]
    series: tuple[int, ...]
    visitors: int
    previous_visitors: int | None
    current_visitors: int
    has_hits: bool

    @property
    def change_rate(self) -> float | None:
        return change_rate(self.visitors, self.previous_visitors)


@dataclass(frozen=True, slots=True)
class _Week:
    """A site's last seven days, and what they are compared with."""

    site: Site
    period: Period
    before: Period

    @classmethod
    def of(cls, site: Site, now: dt.datetime) -> _Week:
        period = Period.named(PeriodName.LAST_7_DAYS, now, site.zone)
        before = Comparison(ComparisonName.PREVIOUS).of(period, now, site.zone)
        assert before is not None
        return cls(site, period, before)


def site_cards(sites: Iterable[Site], now: dt.datetime) -> tuple[SiteCard, ...]:
    """Return a card for each site, in their order.

    Six statements however many there are; a few more where clocks of some sites changed in these days.
    """
    weeks = tuple(_Week.of(site, now) for site in sites)
    if not weeks:
        return ()
    first, last = min(week.before.start for week in weeks), max(week.period.end for week in weeks)
    coverage = cover([week.site.pk for week in weeks], first, last)
    by_day = _visitors_by_day(weeks, coverage, first, last)
    cut = _visitors_of_cut_days(weeks, coverage)
    current = current_visitors((week.site.pk for week in weeks), now)
    known = _sites_with_hits([week.site for week in weeks])
    return tuple(
        _card(
            week,
            by_day,
            cut.get(week.site.pk),
            current_visitors=current.get(week.site.pk, 0),
            has_hits=week.site.pk in known,
        )
        for week in weeks
    )


def visitors_of_week(sites: Iterable[Site], now: dt.datetime) -> dict[int, tuple[int, ...]]:
    """Return by site the visitors of each of the last seven days, today included, in its own days.

    Three statements however many sites there are; days that are closed are not counted again.
    """
    weeks = tuple(_Week.of(site, now) for site in sites)
    if not weeks:
        return {}
    first, last = min(week.period.start for week in weeks), max(week.period.end for week in weeks)
    coverage = cover([week.site.pk for week in weeks], first, last)
    by_day = _visitors_by_day(weeks, coverage, first, last)
    return {
        week.site.pk: tuple(by_day.get((week.site.pk, day), 0) for day in week.period.days())
        for week in weeks
    }


def _visitors_by_day(
    weeks: Sequence[_Week], coverage: Coverage, first: dt.date, last: dt.date
) -> dict[tuple[int, dt.date], int]:
    """Return the visitors of each site and day, over all days that any of the sites needs."""
    groups = (Group("site"), Group("day"))
    rows = scan_facts(_scan(weeks, first, last, groups, "first_visits"), coverage)
    return {cast(tuple[int, dt.date], key): visitors for key, (visitors,) in rows.items()}


def _visitors_of_cut_days(weeks: Sequence[_Week], coverage: Coverage) -> dict[int, int]:
    """Return by site the visitors of the day that the comparison ends in; days that are lost left out.

    A statement for each instant: sites of all time zones share one, unless clocks were changed since.
    """
    by_instant: dict[dt.datetime | None, list[_Week]] = defaultdict(list)
    for week in weeks:
        if week.before.end not in coverage[week.site.pk].lost:
            by_instant[week.before.until].append(week)
    found: dict[int, int] = {}
    for until, some in by_instant.items():
        found |= _visitors_until(until, some, coverage)
    return found


def _visitors_until(
    until: dt.datetime | None, weeks: Sequence[_Week], coverage: Coverage
) -> dict[int, int]:
    """Return by site the visitors of its own last day of the comparison that came before an instant."""
    days = {week.site.pk: week.before.end for week in weeks}
    own = {site_id: coverage[site_id].only(day, day) for site_id, day in days.items()}
    first, last = min(days.values()), max(days.values())
    scan = _scan(weeks, first, last, (Group("site"),), "distinct_visitors", until)
    try:
        rows = scan_facts(scan, own)
    except LostDays:
        return {}
    return {site_id: rows.get((site_id,), (0,))[0] for site_id in days}


def _scan(
    weeks: Sequence[_Week],
    first: dt.date,
    last: dt.date,
    groups: tuple[Group, ...],
    visitors: str,
    until: dt.datetime | None = None,
) -> Scan:
    return Scan(
        Fact.VISIT,
        tuple(week.site.pk for week in weeks),
        tuple(week.site.zone for week in weeks),
        first,
        last,
        group_by=groups,
        sums=(visitors,),
        began_before=until,
        given_up=given_up(week.site for week in weeks),
    )


def _card(
    week: _Week,
    by_day: dict[tuple[int, dt.date], int],
    cut: int | None,
    *,
    current_visitors: int,
    has_hits: bool,
) -> SiteCard:
    site, days = week.site, tuple(week.period.days())
    series = tuple(by_day.get((site.pk, day), 0) for day in days)
    *whole_days, _last = week.before.days()
    before = sum(by_day.get((site.pk, day), 0) for day in whole_days)
    return SiteCard(
        site,
        days=days,
        series=series,
        visitors=sum(series),
        previous_visitors=None if cut is None else before + cut,
        current_visitors=current_visitors,
        has_hits=has_hits,
    )


def _sites_with_hits(sites: Sequence[Site]) -> set[int]:
    """Return the sites that were ever visited. Sums of days outlast their visits."""
    visits = Visit.objects.filter(site=OuterRef("pk"))
    sums = SiteDay.objects.filter(site=OuterRef("pk"), visits__gt=0)
    known = Site.objects.filter(Exists(visits) | Exists(sums), pk__in=[site.pk for site in sites])
    return set(known.values_list("pk", flat=True))
