"""Refusals in the admin: why hits were not counted, by site and hour."""

from __future__ import annotations

from django.contrib import admin

from visits.admin import columns
from visits.admin.filters import HourDayFilter, SiteFilter
from visits.admin.read_only import ReadOnlyAdmin
from visits.models import Refusal


@admin.register(Refusal)
class RefusalAdmin(ReadOnlyAdmin):
    list_display = ("hour_shown", "site_shown", "reason", "count")
    list_filter = (SiteFilter, HourDayFilter, "reason")
    list_prefetch_related = ("site",)
    fields = ("site", "hour_shown", "reason", "count")

    hour_shown = columns.instant("hour_at", "hour")
    site_shown = columns.dimension("site", "site")
