"""The question that every report answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from sites.models import Site
from visits.reports.engines import Coverage, cover
from visits.reports.filters import Filter
from visits.reports.first_day import first_day_of_all
from visits.reports.period import Period
from visits.reports.resolve import Resolved, resolve


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Sites, a period in the days of their time zones, a period to compare with or None, and filters that
    all have to be met. Of many sites, the first one's time zone decides what today is.

    `limit` are those of the filters beyond which nothing may be told: no number leaves them out.
    """

    sites: tuple[Site, ...]
    period: Period
    comparison: Period | None = None
    filters: tuple[Filter, ...] = ()
    limit: tuple[Filter, ...] = ()
    # What was asked of the database already; questions about another period share it.
    _known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def site(self) -> Site:
        return self.sites[0]

    @property
    def zone(self) -> ZoneInfo:
        return self.site.zone

    @property
    def site_ids(self) -> tuple[int, ...]:
        return tuple(site.pk for site in self.sites)

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        return tuple(site.zone for site in self.sites)

    def at(self, period: Period) -> ReportQuery:
        """Return the same question about another period, compared with nothing."""
        return replace(self, period=period, comparison=None)

    def without_goals(self) -> ReportQuery:
        """Return the same question about everybody within the limit, also those who met no goal."""
        others = tuple(
            each for each in self.filters if each.dimension != "goal" or each in self.limit
        )
        return replace(self, filters=others)

    def resolved(self) -> Resolved:
        """Return the filters as ids; a statement for each filter, the first time."""
        if self.filters not in self._known:
            self._known[self.filters] = resolve(self.filters, self.site_ids)
        resolved: Resolved = self._known[self.filters]
        return resolved

    def coverage(self) -> Coverage:
        """Return which days are closed and archived; two statements, the first time."""
        known = ("coverage", self.site_ids, self.period.start, self.period.end)
        if known not in self._known:
            self._known[known] = cover(self.site_ids, self.period.start, self.period.end)
        coverage: Coverage = self._known[known]
        return coverage

    def begins_on(self) -> dt.date:
        """Return the day on which all time begins for these sites; a statement, the first time."""
        if "begins_on" not in self._known:
            self._known["begins_on"] = first_day_of_all(self.sites)
        begins_on: dt.date = self._known["begins_on"]
        return begins_on

    def is_known_empty(self) -> bool:
        """Tell whether nothing can be found, without a look at the facts.

        The period may lie before all visits. That is asked where another one, which was asked before,
        begins with a day without visits: of most sites there is something to compare with.
        """
        return self.resolved().is_empty or (
            self._begins_quietly() and self.period.end < self.begins_on()
        )

    def _begins_quietly(self) -> bool:
        """Tell whether a later period is known to begin with a day on which nobody came."""
        return any(
            key[2] > self.period.end and _is_quiet(known, key[2])
            for key, known in self._known.items()
            if key[:1] == ("coverage",)
        )


def _is_quiet(coverage: Coverage, day: dt.date) -> bool:
    return all(site.is_empty(day) for site in coverage.values())


def given_up(sites: Iterable[Site]) -> tuple[tuple[int, int], ...]:
    """Return the sites that are being reset, each with the last visit that it gave up."""
    return tuple((site.pk, site.last_reset_visit) for site in sites if site.is_being_reset)
