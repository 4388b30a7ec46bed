"""Visits in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet

from visits.admin import columns
from visits.admin.filters import BounceFilter, DayFilter, SiteFilter
from visits.admin.read_only import FactAdmin, ShowsPlaces
from visits.models import Hit, Page, Visit

HITS_SHOWN = 50


@admin.register(Visit)
class VisitAdmin(ShowsPlaces, FactAdmin):
    list_display = (
        "started_shown",
        "site_shown",
        "entry_shown",
        "pageviews",
        "events",
        "duration_shown",
        "is_bounce",
        "source_shown",
        "client_shown",
        "location_shown",
    )
    list_filter = (SiteFilter, DayFilter, ("is_bounce", BounceFilter))
    list_prefetch_related = ("site", "entry_page", "source", "client", "location")
    search_help_text = "Part of an entry page’s path, of a source or of a campaign."
    dimension_search: ClassVar = {
        "entry_page": ("path",),
        "source": ("name", "referrer"),
        "campaign": ("utm_source", "utm_campaign"),
    }
    fieldsets = (
        (None, {"fields": ("site", "day_shown", "started_shown", "last_seen_shown")}),
        ("Pages", {"fields": ("entry_page", "exit_page", "hits")}),
        ("Numbers", {"fields": ("pageviews", "events", "duration_shown", "is_bounce")}),
        (
            "Visitor",
            {"fields": ("visitor", "is_first", "client", "screen", "language", "location")},
        ),
        ("Origin", {"fields": ("source", "campaign")}),
    )

    started_shown = columns.instant("started_at", "begin")
    last_seen_shown = columns.instant("last_seen_at", "last seen")
    duration_shown = columns.duration("duration_seconds", "duration")
    day_shown = columns.day("day", "day")
    site_shown = columns.dimension("site", "site")
    entry_shown = columns.dimension("entry_page", "entry page")
    source_shown = columns.dimension("source", "source")
    client_shown = columns.dimension("client", "browser")
    location_shown = columns.dimension("location", "place")

    def get_object(self, *args: Any, **kwargs: Any) -> Visit | None:
        """Return the visit with its first and last page, which are rows of one table."""
        visit: Visit | None = super().get_object(*args, **kwargs)
        if visit is not None:
            pages = Page.objects.in_bulk({visit.entry_page_id, visit.exit_page_id})
            for name in ("entry_page", "exit_page"):
                if page := pages.get(getattr(visit, f"{name}_id")):
                    setattr(visit, name, page)
        return visit

    @admin.display(description="hits")
    def hits(self, visit: Visit) -> str:
        """Return a line for each of the first hits; Django escapes them."""
        return "\n".join(_line(hit) for hit in _hits_of(visit)[:HITS_SHOWN])


def _hits_of(visit: Visit) -> QuerySet[Hit]:
    """Return the hits in their order. Site and day find them in the report index; visit has none."""
    hits = Hit.objects.filter(site=visit.site_id, day=visit.day, visit=visit.pk)
    return hits.order_by("at", "pk").prefetch_related("page", "event_name")


def _line(hit: Hit) -> str:
    page = columns.dimension("page", "page")(None, hit)
    event = columns.dimension("event_name", "event")(None, hit)
    return f"{hit.at:%H:%M:%S}  {page}{f'  {event}' if event else ''}"
