"""Owners' notes on days in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db import models

from visits.admin import columns
from visits.admin.filters import SiteFilter
from visits.admin.named import NamedOfSiteAdmin
from visits.models import Annotation
from visits.models.time import DayField


@admin.register(Annotation)
class AnnotationAdmin(NamedOfSiteAdmin):
    list_display = ("text", "day_shown", "site", "written_by")
    list_filter = (SiteFilter,)
    list_select_related: ClassVar[tuple[str, ...]] = ("site", "written_by")
    search_fields = ("text", "site__domain")
    search_help_text = "Words of the note, or domain of the site."
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("site", "written_by")
    readonly_fields = ("written_at",)
    fields = ("site", "day", "text", "written_by", "written_at")

    # A day is an integer in the database, and a date in its form.
    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        DayField: {"widget": AdminDateWidget}
    }

    day_shown = columns.day("day", "day")
