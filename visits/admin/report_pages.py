"""The pages of saved reports beside Django's own: a report that was run, its preview, its copy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from visits.admin.report_guard import is_guarded
from visits.models import Report
from visits.reports.exceptions import InvalidQuery
from visits.saved.answer import Answer
from visits.saved.choices import dimension_choices
from visits.saved.duplicate import duplicate_report
from visits.saved.files import WRITERS
from visits.saved.narrowing import BY, Narrowing
from visits.saved.run import purpose_of_page, run_report

RUNS_SHOWN = 10
# What the script of the form sends: then the answer is a part of a page.
IS_PART = "X-Preview"


@dataclass(frozen=True, slots=True)
class Ran:
    """A report that was run, or the sentence that says why it could not be."""

    answer: Answer | None
    problem: str = ""


class AddressForm(forms.Form):
    """Which report the query string of an address names, if any."""

    report = forms.ModelChoiceField(Report.objects.all(), required=False)

    def named(self) -> Report | None:
        return self.cleaned_data["report"] if self.is_valid() else None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in words."""

    ran_at: dt.datetime
    purpose: str
    who: str
    row_count: int
    duration_ms: int
    problem: str


@dataclass(frozen=True)
class ReportPages:
    """Views of the admin of reports. `model_admin` knows who may do what."""

    model_admin: admin.ModelAdmin[Report]

    @method_decorator(require_safe)
    def view(self, request: HttpRequest, report_id: int) -> HttpResponse:
        """Run the report, narrowed to what the query string asks for, and show what it says."""
        report = get_object_or_404(Report, pk=report_id)
        if not self.model_admin.has_view_permission(request, report):
            raise PermissionDenied
        ran = _ran(request, report)
        context = {
            **self._context(request, report.name),
            "report": report,
            "ran": ran,
            "runs": _runs(report),
            "all_runs": f"{reverse('admin:visits_reportrun_changelist')}?report__id__exact={report.pk}",
            "dimensions": dimension_choices(),
            "by": request.GET.get(BY, ""),
            "endings": list(WRITERS),
            "question": f"?{request.GET.urlencode()}" if request.GET else "",
            "pairs": [
                (name, value)
                for name, values in request.GET.lists()
                if name != BY
                for value in values
            ],
            "may_change": self.model_admin.has_change_permission(request, report),
            "may_add": self.model_admin.has_add_permission(request),
        }
        status = 200 if ran.answer else 400
        return TemplateResponse(request, "admin/visits/report/view.html", context, status=status)

    @method_decorator(require_POST)
    def preview(self, request: HttpRequest) -> HttpResponse:
        """Answer the form as it is filled in; nothing is stored."""
        if not (
            self.model_admin.has_add_permission(request)
            or self.model_admin.has_change_permission(request)
        ):
            raise PermissionDenied
        report = self._guarded(request)
        form = self.model_admin.get_form(request, report)(request.POST, instance=report or Report())
        # Whether the name is free is asked when the report is stored.
        del form.fields["name"]
        form.instance.name = request.POST.get("name", "")
        context = {**self._context(request, "Preview"), "ran": _previewed(form), "form": form}
        part = "_preview.html" if request.headers.get(IS_PART) else "preview.html"
        return TemplateResponse(request, f"admin/visits/report/{part}", context)

    @method_decorator(require_POST)
    def duplicate(self, request: HttpRequest, report_id: int) -> HttpResponse:
        """Store a copy and open it to be changed."""
        report = get_object_or_404(Report, pk=report_id)
        if not (
            self.model_admin.has_add_permission(request)
            and self.model_admin.has_view_permission(request, report)
        ):
            raise PermissionDenied
        copy = duplicate_report(report, cast(User, request.user))
        self.model_admin.log_addition(request, copy, f"Copied from “{report}”.")
        messages.success(request, f"This is a copy of “{report}”. Nobody else sees it yet.")
        return HttpResponseRedirect(reverse("admin:visits_report_change", args=[copy.pk]))

    def _guarded(self, request: HttpRequest) -> Report | None:
        """Return the stored report whose form is filled in, when a part of it is not in the form."""
        report = AddressForm(request.GET).named()
        if is_guarded(request, report) and self.model_admin.has_change_permission(request, report):
            return report
        return None

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        opts = Report._meta
        return {**self.model_admin.admin_site.each_context(request), "opts": opts, "title": title}


def _runs(report: Report) -> list[RunRow]:
    """Return the last runs in words."""
    runs = report.runs.select_related("ran_by")[:RUNS_SHOWN]
    return [
        RunRow(
            ran_at=run.ran_at,
            purpose=run.get_purpose_display(),
            who=str(run.ran_by or "–"),
            row_count=run.row_count,
            duration_ms=run.duration_ms,
            problem=run.problem,
        )
        for run in runs
    ]


def _ran(request: HttpRequest, report: Report) -> Ran:
    user = cast(User, request.user)
    try:
        narrowing = Narrowing.parse(request.GET)
        answer = run_report(
            report,
            timezone.now(),
            purpose=purpose_of_page(narrowing),
            user=user,
            narrowing=narrowing,
        )
    except InvalidQuery as error:
        return Ran(None, error.sentence)
    return Ran(answer)


def _previewed(form: Any) -> Ran:
    if not form.is_valid():
        return Ran(None)
    try:
        answer = run_report(form.instance, timezone.now(), purpose=None, sites=form.sites())
    except InvalidQuery as error:
        return Ran(None, error.sentence)
    return Ran(answer)
