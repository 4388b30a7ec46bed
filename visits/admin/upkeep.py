"""The days of sites as upkeep closes them, and what became of its jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from visits.admin import columns
from visits.admin.filters import DayFilter, SiteFilter
from visits.admin.read_only import ReadOnlyAdmin
from visits.models import SiteDay, UpkeepJob

WAITING, CLOSED, PRUNED = "waiting", "closed", "pruned"
FAILED, DONE = "failed", "done"


class DayStateFilter(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return ((CLOSED, "Closed"), (WAITING, "To be closed"), (PRUNED, "Hits removed"))

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[SiteDay]:
        days: QuerySet[SiteDay] = queryset
        if self.value() == CLOSED:
            return queryset.closed()
        if self.value() == WAITING:
            return queryset.due(with_archive=bool(settings.ARCHIVE_URL))
        return days.filter(is_pruned=True) if self.value() == PRUNED else days


@admin.register(SiteDay)
class SiteDayAdmin(ReadOnlyAdmin):
    list_display = (
        "day_shown", "site_shown", "visitors", "visits", "pageviews", "events", "is_closed_shown",
        "is_archived_shown",
    )  # fmt: skip
    list_filter = (SiteFilter, DayFilter, DayStateFilter)
    list_prefetch_related = ("site",)
    fields = (
        "site", "day_shown", "visitors", "visits", "pageviews", "events", "bounces", "changes",
        "is_closed_shown", "is_archived_shown", "is_pruned",
    )  # fmt: skip

    day_shown = columns.day("day", "day")
    site_shown = columns.dimension("site", "site")

    @admin.display(description="closed", boolean=True)
    def is_closed_shown(self, day: SiteDay) -> bool:
        return day.is_closed

    @admin.display(description="archived", boolean=True)
    def is_archived_shown(self, day: SiteDay) -> bool:
        return day.is_archived


class JobStateFilter(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return ((FAILED, "Failed"), (DONE, "Done"))

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[UpkeepJob]:
        jobs: QuerySet[UpkeepJob] = queryset
        if self.value() == FAILED:
            return jobs.exclude(problem="")
        return jobs.filter(problem="") if self.value() == DONE else jobs


@admin.register(UpkeepJob)
class UpkeepJobAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "ran_at_shown", "succeeded_at_shown", "count", "problem_shown")
    list_filter = (JobStateFilter,)
    fields = ("name", "ran_at_shown", "succeeded_at_shown", "count", "problem")

    ran_at_shown = columns.instant("ran_at", "last run")
    problem_shown = columns.text("problem", "problem")

    @admin.display(description="last success (UTC)")
    def succeeded_at_shown(self, job: UpkeepJob) -> str:
        return f"{job.succeeded_at:%Y-%m-%d %H:%M:%S}" if job.succeeded_at else "never"
