"""Log imports in the admin: how far which file was read. Their digests are of no use to a reader."""

from __future__ import annotations

from django.contrib import admin

from visits.admin import columns
from visits.admin.filters import SiteFilter
from visits.admin.read_only import ReadOnlyAdmin
from visits.models import LogImport


@admin.register(LogImport)
class LogImportAdmin(ReadOnlyAdmin):
    list_display = ("updated_at", "site_shown", "imported_lines", "imported_bytes")
    list_filter = (SiteFilter,)
    list_prefetch_related = ("site",)
    fields = ("site", "updated_at", "imported_lines", "imported_bytes")

    site_shown = columns.dimension("site", "site")
