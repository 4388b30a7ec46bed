"""From a stored report to its question: which sites, which days, split by what."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sites.models import Site, SiteQuerySet
from visits.models import Report
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.dimensions import SITE, Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import check_number, filters_from_json
from visits.reports.first_day import first_day_of_all
from visits.reports.period import Period, PeriodName
from visits.reports.query import ReportQuery
from visits.saved.narrowing import WHOLE, Looking, Narrowing
from visits.saved.refused import REASON

UTC = ZoneInfo("UTC")
COMPARISONS = (ComparisonName.NONE, ComparisonName.PREVIOUS, ComparisonName.YEAR)
# Dimensions whose values do not come again: what was before them is another value.
PASSING = frozenset(("day", "week", "month"))

Reaching = Callable[[SiteQuerySet, Report], SiteQuerySet]
REACHES: Mapping[str, Reaching] = {
    Report.Reach.ALL: lambda sites, _report: sites,
    Report.Reach.SITES: lambda sites, report: sites.filter(pk__in=report.sites.values("pk")),
    Report.Reach.OWNERS: lambda sites, report: sites.filter(owner__in=report.owners.values("pk")),
    Report.Reach.TAGS: lambda sites, report: sites.filter(
        pk__in=Site.objects.filter(tags__in=report.tags.values("pk")).values("pk")
    ),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a report asks: without dimensions it is about totals."""

    report: Report
    query: ReportQuery
    dimensions: tuple[Dimension, ...]
    now: dt.datetime
    looking: Looking

    @property
    def is_of_refusals(self) -> bool:
        return self.report.subject == Report.Subject.REFUSALS

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(self.report.metrics)

    @property
    def by_site_alone(self) -> bool:
        return self.dimensions == (SITE,)


def question_of(
    report: Report,
    now: dt.datetime,
    sites: SiteQuerySet | None = None,
    narrowing: Narrowing = WHOLE,
) -> Question:
    """Return what a report asks, of those of its sites that are among `sites`. Raises InvalidQuery.

    The zone that most of the sites have decides what today is; a day is each site's own.
    """
    looking = Looking(report, narrowing)
    visible = narrowing.of_sites(Site.objects.all() if sites is None else sites)
    found = _in_order(sites_in_reach(report, visible))
    report = looking.narrowed()
    zone = found[0].zone if found else UTC
    period = _period(report, now, zone, found)
    dimensions = dimensions_of(report)
    comparison = _comparison(report, dimensions).of(period, now, zone)
    filters = (*filters_from_json(report.filters), *narrowing.filters)
    check_number(filters)
    return Question(
        report, ReportQuery(found, period, comparison, filters), dimensions, now, looking
    )


def sites_in_reach(report: Report, sites: SiteQuerySet) -> SiteQuerySet:
    """Return those of some sites that a report is about; all of them for one that is not stored."""
    return sites if report.pk is None else REACHES[report.reach](sites, report)


def dimensions_of(report: Report) -> tuple[Dimension, ...]:
    """Return by what a report is split, none for totals. Raises InvalidQuery."""
    names = [name for name in (report.dimension, report.second_dimension) if name]
    if report.subject != Report.Subject.REFUSALS:
        return tuple(SITE if name == SITE.name else get_dimension(name) for name in names)
    known = {REASON.name: REASON, SITE.name: SITE}
    for name in names:
        if name not in known:
            raise InvalidQuery("dimension", _("Refusals are split by reason and by site alone."))
    return tuple(known[name] for name in names)


def _in_order(sites: SiteQuerySet) -> tuple[Site, ...]:
    """Return the sites, those of the most common zone first."""
    found = list(sites)
    uses = Counter(site.time_zone for site in found)
    return tuple(sorted(found, key=lambda site: (-uses[site.time_zone], site.time_zone, site.pk)))


def _period(report: Report, now: dt.datetime, zone: ZoneInfo, sites: tuple[Site, ...]) -> Period:
    if report.period == PeriodName.CUSTOM:
        return Period.custom(report.first_day, report.last_day)
    is_all = report.period == PeriodName.ALL and sites
    return Period.named(report.period, now, zone, first_day_of_all(sites) if is_all else None)


def _comparison(report: Report, dimensions: tuple[Dimension, ...]) -> Comparison:
    name = report.comparison or ComparisonName.NONE
    if name not in COMPARISONS:
        raise InvalidQuery("comparison", _("Compare with the period before or the year before."))
    if any(dimension.name in PASSING for dimension in dimensions):
        return Comparison()
    return Comparison(ComparisonName(name), report.matches_weekdays)
