"""Filters of the admin's lists that ask an index and never a whole table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.admin import BooleanFieldListFilter, ListFilter, ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from sites.models import Site
from visits.models.time import SECONDS_PER_DAY, to_day
from visits.saved.choices import period_choices

# A longer list is no help; the other sites have links to their rows on their own admin page.
SITES_OFFERED = 30
RANGES = ((1, "Today"), (7, "Last 7 days"), (28, "Last 28 days"))
DAYS_OFFERED = 7
ONE_DAY = dt.timedelta(days=1)


def today() -> dt.date:
    """Return the day in UTC. Rows have the day of their own site's time zone, some hours off."""
    return timezone.now().date()


class SiteFilter(SimpleListFilter):
    title = "site"
    parameter_name = "site"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return the first sites by name, and the chosen one behind them where it is none of these."""
        chosen = models.Q(pk=self._site_id() if self.value() else 0)
        is_chosen = models.ExpressionWrapper(chosen, models.BooleanField())
        sites = Site.objects.order_by(is_chosen.desc(), "name", "pk").values_list("name", "pk")
        offered = sorted(sites[: SITES_OFFERED + 1])
        if len(offered) > SITES_OFFERED and str(offered[-1][1]) != self.value():
            offered.pop()
        return [(str(pk), name) for name, pk in offered]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        return queryset.filter(site=self._site_id()) if self.value() else queryset

    def _site_id(self) -> int:
        try:
            return int(self.value() or "")
        except ValueError as error:
            raise IncorrectLookupParameters from error


class StoredPeriodFilter(SimpleListFilter):
    """The periods of saved reports, in words: their column has names."""

    title = "period"
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return period_choices()

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        return queryset.filter(period=self.value()) if self.value() else queryset


class BounceFilter(BooleanFieldListFilter):
    """Titled “bounce”: Django would write “By is bounce”."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "bounce"


class DayFilter(ListFilter):
    """The last days, or a given day: `?day__gte=2026-01-01` or `?day__exact=2026-01-01`."""

    title = "day"
    FROM = "day__gte"
    EXACT = "day__exact"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: ModelAdmin,
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.given = {
            name: self._parse(params.pop(name)[-1])
            for name in (self.FROM, self.EXACT)
            if name in params
        }

    @staticmethod
    def _parse(text: str) -> dt.date:
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise IncorrectLookupParameters from error

    def expected_parameters(self) -> list[str | None]:
        return [self.FROM, self.EXACT]

    def has_output(self) -> bool:
        return True

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        if self.FROM in self.given:
            queryset = self.since(queryset, self.given[self.FROM])
        if self.EXACT in self.given:
            queryset = self.on(queryset, self.given[self.EXACT])
        return queryset

    def since(self, queryset: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return queryset.filter(day__gte=to_day(day))

    def on(self, queryset: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        """Name the sites: their index has the days, and no index has days alone."""
        every_site = Site.with_deleted.values("pk")
        return queryset.filter(site__in=every_site, day=to_day(day))

    def is_of_one_day(self) -> bool:
        return self.EXACT in self.given

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        yield self._choice(changelist, "Any day", None, None)
        for days, label in RANGES:
            yield self._choice(changelist, label, self.FROM, today() - (days - 1) * ONE_DAY)
        for day in self._days_around():
            yield self._choice(changelist, f"{day:%a %d %b %Y}", self.EXACT, day)

    def _days_around(self) -> list[dt.date]:
        """Return the days to drill down to, newest first: around the given one, else the last ones."""
        given = self.given.get(self.EXACT, today())
        try:
            newest = max(given, min(given + DAYS_OFFERED // 2 * ONE_DAY, today()))
            return [newest - back * ONE_DAY for back in range(DAYS_OFFERED)]
        except OverflowError:
            return [given]

    def _choice(
        self, changelist: ChangeList, label: str, parameter: str | None, day: dt.date | None
    ) -> dict[str, Any]:
        chosen = {parameter: day} if parameter else {}
        return {
            "selected": self.given == chosen,
            "query_string": changelist.get_query_string(
                chosen, remove=[name for name in (self.FROM, self.EXACT) if name != parameter]
            ),
            "display": label,
        }


class HourDayFilter(DayFilter):
    """The same for rows that have an hour in place of a day; these days are UTC."""

    FROM = "on__gte"
    EXACT = "on__exact"

    def since(self, queryset: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return queryset.filter(hour_at__gte=to_day(day) * SECONDS_PER_DAY)

    def on(self, queryset: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return self.since(queryset, day).filter(hour_at__lt=(to_day(day) + 1) * SECONDS_PER_DAY)
