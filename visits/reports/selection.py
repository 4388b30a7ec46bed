"""The visits that a question means, as rows: for whoever removes them or puts them aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from visits.models import SiteDay, Visit
from visits.reports.measure import visits_selected
from visits.reports.query import ReportQuery
from visits.reports.scan import Ranges
from visits.reports.scan_orm import counted_rows


@dataclass(frozen=True, slots=True)
class DayCounts:
    day: dt.date
    visits: int
    hits: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The visits of one site's days that meet the filters, those that every report with them counts."""

    query: ReportQuery

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters as addresses write them."""
        return tuple(condition.text for condition in self.query.filters)

    @property
    def words(self) -> str:
        """The filters as people read them, one a line."""
        return "\n".join(condition.words for condition in self.query.filters)

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """The first and the last day."""
        return self.query.period.start, self.query.period.end

    def visits_of(self, day: dt.date) -> QuerySet[Visit]:
        """Return the visits of one of the days, in no order."""
        return self._rows(((day, day),))

    def days(self) -> list[DayCounts]:
        """Return the days that have such visits, in their order, with visits and hits; one statement."""
        period = self.query.period
        rows = self._rows(((period.start, period.end),)).values("day").order_by("day")
        counted = rows.annotate(
            number=Count("pk"),
            hits=Coalesce(Sum("pageviews"), 0) + Coalesce(Sum("events"), 0),
        )
        return [DayCounts(*row) for row in counted.values_list("day", "number", "hits")]

    def days_without_facts(self) -> int:
        """Return how many days of the period have numbers but no visits any more: retention took them."""
        period = self.query.period
        days = SiteDay.objects.filter(site=self.query.site, day__range=(period.start, period.end))
        return days.filter(is_pruned=True, visits__gt=0).count()

    def _rows(self, days: Ranges) -> QuerySet[Visit]:
        if self.query.resolved().is_empty:
            return Visit.objects.none()
        rows: QuerySet[Visit] = counted_rows(visits_selected(self.query), days)
        return rows
