"""Saved reports in the admin: made, looked at, copied, and the history of their runs."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from accounts.admin_questions import BoundedQuestions
from visits.admin import report_pages
from visits.admin.filters import StoredPeriodFilter
from visits.admin.read_only import ReadOnlyAdmin
from visits.admin.report_files import ReportFiles
from visits.admin.report_form import ReportForm
from visits.admin.report_guard import GUARDED, WHY, is_guarded
from visits.models import Report, ReportRun
from visits.saved.choices import dimension_words, period_choices

# Fields of the form that no column has.
MADE = frozenset(("main_metric", "property_key"))


@admin.register(Report)
class ReportAdmin(BoundedQuestions):
    form = ReportForm
    change_form_template = "admin/visits/report/change_form.html"
    list_display = (
        "opened",
        "changed",
        "subject",
        "reach",
        "split_by",
        "period_words",
        "created_by",
    )
    list_display_links = None
    list_select_related = ("created_by",)
    list_filter = ("subject", "reach", StoredPeriodFilter)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name", "description")
    search_help_text = "Name or description."
    ordering = ("name",)
    autocomplete_fields = ("sites", "owners", "tags", "shared_with")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "description")}),
        ("Sites", {"fields": ("reach", "sites", "owners", "tags")}),
        (
            "Question",
            {
                "fields": (
                    "subject",
                    "main_metric",
                    "metrics",
                    "dimension",
                    "second_dimension",
                    "property_key",
                    "filters",
                )
            },
        ),
        (
            "When",
            {"fields": ("period", "first_day", "last_day", "comparison", "matches_weekdays")},
        ),
        ("Presentation", {"fields": ("sort", "limit", "chart")}),
        (
            "Sharing",
            {
                "fields": ("shared_with",),
                "description": "They see the report under “Reports”, of their own sites alone.",
            },
        ),
    )

    @admin.display(description="Name", ordering="name")
    def opened(self, report: Report) -> str:
        return format_html('<a href="{}">{}</a>', _page_of(report), report.name)

    @admin.display(description="Form")
    def changed(self, report: Report) -> str:
        address = reverse("admin:visits_report_change", args=[report.pk])
        return format_html('<a href="{}" aria-label="Change {}">Change</a>', address, report.name)

    @admin.display(description="Split by", ordering="dimension", empty_value="–")
    def split_by(self, report: Report) -> str:
        names = (report.dimension, report.second_dimension)
        return ", ".join(dimension_words(name) for name in names if name)

    @admin.display(description="Period", ordering="period")
    def period_words(self, report: Report) -> str:
        return dict(period_choices()).get(report.period, report.period)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show staff who may only look what is stored, without the fields that the form makes of it.

        To who may change a part of it, it says why.
        """
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            why = {"description": WHY} if is_guarded(request, obj) else {}
            return [
                (name, {**options, **why} if "reach" in options["fields"] else options)
                for name, options in fieldsets
            ]
        return [
            (name, {**options, "fields": [each for each in options["fields"] if each not in MADE]})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *GUARDED] if is_guarded(request, obj) else fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Give staff who may only look a form without fields, in place of one that asks for some."""
        if change and not self.has_change_permission(request, obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        wrap, pages = self.admin_site.admin_view, report_pages.ReportPages(self)
        files = ReportFiles(self)
        return [
            path("preview/", wrap(pages.preview), name="visits_report_preview"),
            path("<int:report_id>/view/", wrap(pages.view), name="visits_report_view"),
            path(
                "<int:report_id>/duplicate/", wrap(pages.duplicate), name="visits_report_duplicate"
            ),
            path(
                "<int:report_id>/export.<slug:ending>", wrap(files.file), name="visits_report_file"
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Reports", **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]  # staff are signed in
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Report) -> HttpResponseRedirect:
        """Go on to what the report says, where staff may see it."""
        if not self.has_view_permission(request, obj):
            return super().response_post_save_add(request, obj)
        return HttpResponseRedirect(_page_of(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Report) -> HttpResponseRedirect:
        return HttpResponseRedirect(_page_of(obj))


def _page_of(report: Report) -> str:
    return reverse("admin:visits_report_view", args=[report.pk])


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    """Every run but previews: who asked, for what, how long it took and what went wrong."""

    list_display = ("report", "ran_at", "purpose", "ran_by", "row_count", "duration_ms", "problem")
    list_select_related = ("report", "ran_by")
    list_filter = ("purpose", "report")
    search_fields = ("report__name", "problem")
    search_help_text = "Name of the report, or what went wrong."
