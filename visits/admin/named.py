"""The frame of what owners name and staff may change: goals, funnels, segments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from accounts.admin_questions import BoundedQuestions
from sites.of_site_form import OfSiteForm
from visits.admin.json_field import BoundedJSONField


class NamedOfSiteAdmin(BoundedQuestions):
    form = OfSiteForm
    list_select_related: ClassVar[tuple[str, ...]] = ("site",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name", "site__domain")
    search_help_text = "Name, or domain of the site."
    ordering = ("-pk",)
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("site",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("created_at",)
    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        models.JSONField: {"form_class": BoundedJSONField}
    }

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> tuple[str, ...]:
        """Keep what exists with its site: others of the site refer to it."""
        return self.readonly_fields if obj is None else ("site", *self.readonly_fields)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name, as all lists of this admin."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})
