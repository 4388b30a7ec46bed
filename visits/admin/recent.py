"""A column of the last seven days in lists of sites and of their owners, asked for the whole page at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import add
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from sites.models import Site
from visits.charts.geometry import Sparkline, sparkline
from visits.reports.overview import CARD_DAYS, visitors_of_week

QUIET = (0,) * CARD_DAYS


@dataclass(frozen=True, slots=True)
class Week:
    """The visitors of each of the last seven days, the last of which is today and still runs."""

    series: tuple[int, ...] = QUIET

    @property
    def visitors(self) -> int:
        return sum(self.series)

    @property
    def sparkline(self) -> Sparkline:
        return sparkline(self.series)

    @property
    def words(self) -> str:
        return f"Visitors a day: {', '.join(f'{number:,}' for number in self.series)}"


class WeeklyChangeList(ChangeList):
    """A list whose rows know their week; `model_admin.weeks_of` says which week is whose."""

    model_admin: ShowsWeeks

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        weeks = self.model_admin.weeks_of(self.result_list)
        for row in self.result_list:
            row.week = weeks.get(row.pk, Week())


class ShowsWeeks(admin.ModelAdmin):
    """The column itself."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WeeklyChangeList

    def weeks_of(self, rows: Iterable[Any]) -> Mapping[int, Week]:
        """Return the weeks of rows by their ids."""
        raise NotImplementedError

    @admin.display(description="visitors, 7 days")
    def week_shown(self, row: Model) -> str:
        return render_to_string("admin/visits/_week.html", {"week": getattr(row, "week", Week())})


def weeks_of_sites(sites: Iterable[Site]) -> dict[int, Week]:
    found = visitors_of_week(sites, timezone.now())
    return {site_id: Week(series) for site_id, series in found.items()}


def weeks_of_owners(owner_ids: Iterable[int]) -> dict[int, Week]:
    """Return the sums over all sites of each owner: somebody who visits two of them is two visitors."""
    sites = list(Site.objects.filter(owner__in=list(owner_ids)))
    series: dict[int, tuple[int, ...]] = defaultdict(lambda: QUIET)
    found = visitors_of_week(sites, timezone.now())
    for site in sites:
        if site.owner_id is not None:
            series[site.owner_id] = tuple(map(add, series[site.owner_id], found[site.pk]))
    return {owner_id: Week(days) for owner_id, days in series.items()}
