"""Dimensions in the admin: the texts that hits and visits point to."""

from __future__ import annotations

from django.contrib import admin

from visits.admin import columns
from visits.admin.filters import SiteFilter
from visits.admin.page_merge import MergesPages
from visits.admin.read_only import ReadOnlyAdmin, ShowsPlaces
from visits.models import (
    Campaign,
    Client,
    EventName,
    Language,
    Location,
    Page,
    Property,
    Screen,
    Source,
)


class SiteDimensionAdmin(ReadOnlyAdmin):
    """A dimension whose values belong to a site."""

    list_filter = (SiteFilter,)
    list_prefetch_related = ("site",)

    site_shown = columns.dimension("site", "site")


@admin.register(Page)
class PageAdmin(MergesPages, SiteDimensionAdmin):
    list_display = ("path_shown", "hostname", "title_shown", "site_shown")
    search_fields = ("path", "hostname", "title")
    search_help_text = "Part of a path, of a host name or of a title."
    fields = ("site", "hostname", "path", "title")

    path_shown = columns.text("path", "path")
    title_shown = columns.text("title", "title")


@admin.register(EventName)
class EventNameAdmin(SiteDimensionAdmin):
    list_display = ("name", "site_shown")
    search_fields = ("name",)
    fields = ("site", "name")


@admin.register(Property)
class PropertyAdmin(SiteDimensionAdmin):
    list_display = ("key", "value_shown", "site_shown")
    search_fields = ("key", "value")
    fields = ("site", "key", "value")

    value_shown = columns.text("value", "value")


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "channel", "referrer_shown")
    list_filter = ("channel",)
    search_fields = ("name", "referrer")
    fields = ("name", "channel", "referrer")

    referrer_shown = columns.text("referrer", "referrer")


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "os", "os_version", "device")
    search_fields = ("browser", "os", "device")
    fields = ("browser", "browser_version", "os", "os_version", "device")


@admin.register(Location)
class LocationAdmin(ShowsPlaces):
    list_display = ("__str__", "country", "region", "city")
    search_fields = ("country", "region", "city")
    fields = ("country", "region", "city")


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "utm_source", "utm_medium", "utm_term", "utm_content")
    search_fields = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
    fields = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


@admin.register(Screen)
class ScreenAdmin(ReadOnlyAdmin):
    list_display = ("__str__",)
    search_fields = ("size",)
    fields = ("size",)


@admin.register(Language)
class LanguageAdmin(ReadOnlyAdmin):
    list_display = ("__str__",)
    search_fields = ("code",)
    fields = ("code",)
