"""Segments in the admin: their filters are judged as those of a request are."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from sites.of_site_form import OfSiteForm
from visits.admin.named import NamedOfSiteAdmin
from visits.models import Segment
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import filters_from_json, filters_to_json


class SegmentForm(OfSiteForm):
    class Meta:
        model = Segment
        fields = ("site", "name", "filters", "created_by")

    def clean_filters(self) -> list[dict[str, Any]]:
        try:
            return filters_to_json(filters_from_json(self.cleaned_data["filters"]))
        except InvalidQuery as error:
            raise forms.ValidationError(error.sentence) from error


@admin.register(Segment)
class SegmentAdmin(NamedOfSiteAdmin):
    form = SegmentForm
    list_display = ("name", "site", "created_by")
    list_select_related: ClassVar[tuple[str, ...]] = ("site", "created_by")
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("site", "created_by")
    fields = ("site", "name", "filters", "created_by", "created_at")
