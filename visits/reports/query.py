"""The question that every report answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sites.models import Site
from visits.reports.period import Period


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A site, a period in the days of its time zone, and a period to compare with or None."""

    site: Site
    period: Period
    comparison: Period | None = None

    def at(self, period: Period) -> ReportQuery:
        """Return the same question about another period, compared with nothing."""
        return replace(self, period=period, comparison=None)
