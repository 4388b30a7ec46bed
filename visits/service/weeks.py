"""How the sites fare: who leads, who grows and who falls, and whether their days are closed in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from visits.models import SiteDay
from visits.reports.days import ONE_DAY
from visits.reports.results import change_rate

WEEK_DAYS = 7
# As far as growth is looked at.
MONTH_DAYS = 28
# The last time zone ends its day twelve hours after UTC; upkeep closes it in its next two rounds.
CLOSED_EVERYWHERE = dt.timedelta(hours=12, minutes=30)
# Below that in both weeks, a site grows and falls by chance.
LEAST_VISITORS = 30
# Changes within one per cent are noise.
FLAT_RATE = 0.01
LEADERS = 5


@dataclass(frozen=True, slots=True)
class SiteWeek:
    """A site's visitors in the last seven days that are over everywhere, and in the seven before.

    `closed_on` is its last closed day, None when none of the last four weeks is; `waiting_days` are days
    whose facts have changed since they were closed or archived.
    """

    site_id: int
    name: str
    visitors: int
    before: int
    hits: int
    first_on: dt.date
    closed_on: dt.date | None
    waiting_days: int

    @property
    def change_rate(self) -> float | None:
        return change_rate(self.visitors, self.before)


@dataclass(frozen=True, slots=True)
class Weeks:
    """The sites that had a day in the four weeks up to `last_on`, which is over in every time zone."""

    last_on: dt.date
    sites: tuple[SiteWeek, ...]

    @property
    def first_on(self) -> dt.date:
        """The first of the last seven days."""
        return self.last_on - (WEEK_DAYS - 1) * ONE_DAY

    def active(self) -> int:
        return sum(site.visitors > 0 for site in self.sites)

    def top(self) -> list[SiteWeek]:
        return _leaders(self.sites, lambda site: site.visitors, lambda site: site.visitors > 0)

    def growing(self) -> list[SiteWeek]:
        """Return the sites that grow by the largest factor; one that began last week comes first."""
        return _leaders(self._known(), _factor, lambda site: _factor(site) > 1 + FLAT_RATE)

    def falling(self) -> list[SiteWeek]:
        return _leaders(
            self._known(), lambda site: -_factor(site), lambda site: _factor(site) < 1 - FLAT_RATE
        )

    def behind(self) -> list[SiteWeek]:
        """Return the sites of which a day is not closed that should be."""
        return [
            site for site in self.sites if site.closed_on is None or site.closed_on < self.last_on
        ]

    def waiting_days(self) -> int:
        return sum(site.waiting_days for site in self.sites)

    def hits_per_day(self) -> float:
        """Return the hits of a day, on average over the four weeks or as long as there are any."""
        first_on = min((site.first_on for site in self.sites), default=self.last_on)
        return sum(site.hits for site in self.sites) / ((self.last_on - first_on).days + 1)

    def _known(self) -> list[SiteWeek]:
        return [site for site in self.sites if max(site.visitors, site.before) >= LEAST_VISITORS]


def _factor(site: SiteWeek) -> float:
    return site.visitors / max(site.before, 0.5)


def _leaders(
    sites: Iterable[SiteWeek],
    rank: Callable[[SiteWeek], float],
    is_one: Callable[[SiteWeek], bool],
) -> list[SiteWeek]:
    found = filter(is_one, sites)
    return sorted(found, key=lambda site: (-rank(site), site.name, site.site_id))[:LEADERS]


def last_day_everywhere(now: dt.datetime) -> dt.date:
    """Return the last day that is over in every time zone, and should be closed."""
    return (now - CLOSED_EVERYWHERE).date() - ONE_DAY


def site_weeks(now: dt.datetime) -> Weeks:
    """Return how the sites fare, from the sums of their closed days; one statement."""
    last_on = last_day_everywhere(now)
    first_on = last_on - (MONTH_DAYS - 1) * ONE_DAY
    week_on, before_on = (last_on - (weeks * WEEK_DAYS - 1) * ONE_DAY for weeks in (1, 2))
    days = SiteDay.objects.filter(site__deleted_at=None, day__range=(first_on, last_on))
    # In the order of the fields of SiteWeek.
    rows = days.values_list("site_id", "site__name").annotate(
        this_week=_sum("visitors", Q(day__gte=week_on)),
        week_before=_sum("visitors", Q(day__gte=before_on, day__lt=week_on)),
        all_hits=Sum(F("pageviews") + F("events")),
        first_on=Min("day"),
        closed_on=Max("day", filter=Q(closed_changes__isnull=False)),
        waiting_days=Count("pk", filter=Q(is_pruned=False) & ~_is_closed()),
    )
    return Weeks(last_on, tuple(SiteWeek(*row) for row in rows.order_by("site_id")))


def _sum(field: str, days: Q) -> Coalesce:
    return Coalesce(Sum(field, filter=days), 0)


def _is_closed() -> Q:
    return Q(closed_changes__isnull=False, closed_changes=F("changes"))
