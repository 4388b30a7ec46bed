"""Hits in the admin."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from visits.admin import columns
from visits.admin.filters import DayFilter, SiteFilter
from visits.admin.read_only import FactAdmin, ShowsPlaces
from visits.models import Hit, HitProperty

# A hit carries at most thirty properties; the bound guards the page, not the data.
PROPERTIES_SHOWN = 100


@admin.register(Hit)
class HitAdmin(ShowsPlaces, FactAdmin):
    list_display = (
        "at_shown",
        "site_shown",
        "page_shown",
        "event_shown",
        "source_shown",
        "client_shown",
        "location_shown",
    )
    list_filter = (SiteFilter, DayFilter, "kind")
    list_prefetch_related = (
        "site", "page", "event_name", "client", "visit__source", "visit__location",
    )  # fmt: skip
    search_help_text = "Part of a page’s path or of an event’s name."
    dimension_search: ClassVar = {"page": ("path",), "event_name": ("name",)}
    fieldsets = (
        (
            None,
            {"fields": ("site", "at_shown", "day_shown", "visit", "kind", "page", "event_name")},
        ),
        ("Properties", {"fields": ("properties",)}),
        ("Reading", {"fields": ("is_first_view", "engaged_seconds", "scroll_percent")}),
        ("Visitor", {"fields": ("source_shown", "client", "location_shown")}),
    )

    at_shown = columns.instant("at", "time")
    day_shown = columns.day("day", "day")
    site_shown = columns.dimension("site", "site")
    page_shown = columns.dimension("page", "page")
    event_shown = columns.dimension("event_name", "event")
    source_shown = columns.dimension("visit__source", "source")
    client_shown = columns.dimension("client", "browser")
    location_shown = columns.dimension("visit__location", "place")

    def properties(self, hit: Hit) -> str:
        """Return a line for each property; Django escapes them."""
        rows = HitProperty.objects.filter(hit=hit).select_related("property")
        return "\n".join(str(row.property) for row in rows.order_by("pk")[:PROPERTIES_SHOWN])
