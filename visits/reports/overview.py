"""Many sites at a glance: a card for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Exists, OuterRef

from sites.models import Site
from visits.models import SiteDay, Visit
from visits.reports.days import ONE_DAY
from visits.reports.engines import cover, scan_facts
from visits.reports.query import given_up
from visits.reports.realtime import current_visitors
from visits.reports.results import change_rate
from visits.reports.scan import Fact, Group, Scan

CARD_DAYS = 7


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site's last seven days, today included, and the seven before, in days of its own time zone.

    `series` has the visitors of each of `days`; `current_visitors` were seen in the last five minutes;
    without `has_hits` the site waits for the first hit of its life.
    """

    site: Site
    days: tuple[dt.date, ...]
    series: tuple[int, ...]
    visitors: int
    previous_visitors: int
    current_visitors: int
    has_hits: bool

    @property
    def change_rate(self) -> float | None:
        return change_rate(self.visitors, self.previous_visitors)


def site_cards(sites: Iterable[Site], now: dt.datetime) -> tuple[SiteCard, ...]:
    """Return a card for each site, in their order; three statements however many there are."""
    sites = tuple(sites)
    if not sites:
        return ()
    by_day = _visitors_by_day(sites, now)
    current = current_visitors((site.pk for site in sites), now)
    known = _sites_with_hits(sites)
    return tuple(
        _card(
            site,
            now,
            by_day,
            current_visitors=current.get(site.pk, 0),
            has_hits=site.pk in known,
        )
        for site in sites
    )


def _visitors_by_day(sites: Sequence[Site], now: dt.datetime) -> dict[tuple[int, dt.date], int]:
    """Return the visitors of each site and day, over all days that any of the sites needs."""
    todays = [_today(site, now) for site in sites]
    scan = Scan(
        Fact.VISIT,
        tuple(site.pk for site in sites),
        tuple(site.zone for site in sites),
        min(todays) - (2 * CARD_DAYS - 1) * ONE_DAY,
        max(todays),
        group_by=(Group("site"), Group("day")),
        sums=("first_visits",),
        given_up=given_up(sites),
    )
    coverage = cover(scan.site_ids, scan.first_day, scan.last_day)
    rows = scan_facts(scan, coverage).items()
    return {cast(tuple[int, dt.date], key): visitors for key, (visitors,) in rows}


def _card(
    site: Site,
    now: dt.datetime,
    by_day: dict[tuple[int, dt.date], int],
    *,
    current_visitors: int,
    has_hits: bool,
) -> SiteCard:
    today = _today(site, now)
    days = tuple(today - number * ONE_DAY for number in reversed(range(2 * CARD_DAYS)))
    visitors = tuple(by_day.get((site.pk, day), 0) for day in days)
    return SiteCard(
        site,
        days=days[CARD_DAYS:],
        series=visitors[CARD_DAYS:],
        visitors=sum(visitors[CARD_DAYS:]),
        previous_visitors=sum(visitors[:CARD_DAYS]),
        current_visitors=current_visitors,
        has_hits=has_hits,
    )


def _sites_with_hits(sites: Sequence[Site]) -> set[int]:
    """Return the sites that were ever visited. Sums of days outlast their visits."""
    visits = Visit.objects.filter(site=OuterRef("pk"))
    sums = SiteDay.objects.filter(site=OuterRef("pk"), visits__gt=0)
    known = Site.objects.filter(Exists(visits) | Exists(sums), pk__in=[site.pk for site in sites])
    return set(known.values_list("pk", flat=True))


def _today(site: Site, now: dt.datetime) -> dt.date:
    return now.astimezone(site.zone).date()
