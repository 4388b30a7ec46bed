"""Looking into a row: the same report of fewer sites, visits or reasons, split by what comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from sites.models import Site, SiteQuerySet
from visits.models import Operator, RefusalReason, Report
from visits.reports.dimensions import SITE, Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import FIELD
from visits.reports.filters import Filter, filterable_names, parse_filters
from visits.saved.refused import REASON

BY = "by"
# No database is asked for what no key can be: PostgreSQL refuses some characters.
KEY = re.compile("[0-9a-z]{1,20}")
# What tells more of a value, where one dimension lies within another.
WITHIN: Mapping[str, str] = {
    "channel": "source",
    "source": "referrer",
    "country": "region",
    "region": "city",
    "browser": "browser_version",
    "os": "os_version",
    "device": "browser",
    "utm_source": "utm_campaign",
    "utm_campaign": "utm_content",
    "event": "property",
    SITE.name: "page",
}
OTHERWISE = (SITE.name, "page", "source", "country", "device")
OTHERWISE_OF_REFUSALS = (REASON.name, SITE.name)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Sites by their keys, filters and reasons that are asked for beside those of a report; `by` is the
    name of another dimension to split by, "" for the report's own."""

    sites: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    reasons: tuple[str, ...] = ()
    by: str = ""

    @classmethod
    def parse(cls, params: QueryDict) -> Narrowing:
        """Return what a query string asks for. Raises InvalidQuery."""
        reasons = tuple(params.getlist(REASON.name))
        for reason in reasons:
            if reason not in RefusalReason.values:
                raise InvalidQuery(REASON.name, _("There is no such reason."))
        keys = tuple(params.getlist(SITE.name))
        if not all(map(KEY.fullmatch, keys)):
            raise InvalidQuery(SITE.name, _("There is no such site."))
        return cls(
            keys,
            parse_filters(params.getlist(FIELD)),
            reasons,
            params.get(BY, ""),
        )

    @property
    def query(self) -> str:
        """Return the query string from which `parse` makes this, "" for nothing."""
        pairs = [(SITE.name, key) for key in self.sites]
        pairs += [(FIELD, condition.text) for condition in self.filters]
        pairs += [(REASON.name, reason) for reason in self.reasons]
        pairs += [(BY, self.by)] if self.by else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def of_sites(self, sites: SiteQuerySet) -> SiteQuerySet:
        return sites.filter(key__in=self.sites) if self.sites else sites

    def words(self, sites: tuple[Site, ...]) -> tuple[str, ...]:
        """Return what a report is narrowed to, as people read it."""
        names = [site.name for site in sites if site.key in self.sites]
        reasons = [str(RefusalReason(reason).label) for reason in self.reasons]
        return (*names, *(condition.words for condition in self.filters), *reasons)


WHOLE = Narrowing()


@dataclass(frozen=True, slots=True)
class Looking:
    """How far somebody has looked into a report."""

    report: Report
    narrowing: Narrowing

    def narrowed(self) -> Report:
        """Return the report as it is narrowed: a copy that is not to be stored. Raises InvalidQuery."""
        if not self.narrowing.by:
            return self.report
        report = copy(self.report)
        report.dimension, report.second_dimension = self.narrowing.by, ""
        if report.subject != Report.Subject.REFUSALS:
            report.metrics = _metrics_of(report.metrics, self.narrowing.by)
        if report.sort.removeprefix("-") not in (*report.metrics, "name", "change", "difference"):
            report.sort = ""
        return report

    def link(self, dimensions: tuple[Dimension, ...], texts: tuple[str, ...], site: str) -> str:
        """Return the query string that looks into a row, "" where there is nothing more to be seen.

        `texts` are those of the row's values in filters, `site` the key of its site or "".
        """
        if not dimensions:
            return ""
        narrowing = self.narrowing
        for dimension, text in zip(dimensions, texts, strict=True):
            narrowing = _with_value(narrowing, dimension, text, site)
        following = self._next(narrowing, dimensions)
        is_narrower = replace(narrowing, by="") != replace(self.narrowing, by="")
        return replace(narrowing, by=following).query if following and is_narrower else ""

    def _next(self, narrowing: Narrowing, dimensions: tuple[Dimension, ...]) -> str:
        """Return by what the narrowed report is split, "" when all has been asked for."""
        is_of_refusals = self.report.subject == Report.Subject.REFUSALS
        used = {dimension.name for dimension in dimensions}
        used |= {condition.dimension for condition in narrowing.filters}
        used |= {SITE.name} if narrowing.sites else set()
        used |= {REASON.name} if narrowing.reasons else set()
        within = (WITHIN.get(dimensions[-1].name, ""), *OTHERWISE)
        names = OTHERWISE_OF_REFUSALS if is_of_refusals else within
        return next((name for name in names if name and name not in used), "")


def _with_value(narrowing: Narrowing, dimension: Dimension, text: str, site: str) -> Narrowing:
    """Return what is also narrowed to a value; values that no filter is about leave it as it is."""
    if dimension is SITE:
        return replace(narrowing, sites=(site,))
    if dimension is REASON:
        return replace(narrowing, reasons=(text,))
    if dimension.name not in filterable_names() and not dimension.property_key:
        return narrowing
    condition = Filter(dimension.name, Operator.IS, (text,))
    return replace(narrowing, filters=(*narrowing.filters, condition))


def _metrics_of(names: list[str], by: str) -> list[str]:
    """Return those of the metrics that another dimension has, too. Raises InvalidQuery."""
    dimension = SITE if by == SITE.name else get_dimension(by)
    return [name for name in names if name in dimension.metrics] or [*dimension.metrics[:2]]
