"""A saved report as a file for staff: of all of its sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from accounts.models import User
from visits.models import Report
from visits.reports.exceptions import InvalidQuery
from visits.saved.download import download
from visits.saved.narrowing import WHOLE, Narrowing


@dataclass(frozen=True)
class ReportFiles:
    """The view of the files. `model_admin` knows who may see a report."""

    model_admin: admin.ModelAdmin[Report]

    @method_decorator(require_safe)
    def file(self, request: HttpRequest, report_id: int, ending: str) -> HttpResponseBase:
        """Answer with the report, narrowed to what the query string asks for."""
        report = get_object_or_404(Report, pk=report_id)
        if not self.model_admin.has_view_permission(request, report):
            raise PermissionDenied
        try:
            narrowing = Narrowing.parse(request.GET) if request.GET else WHOLE
        except InvalidQuery as error:
            return HttpResponse(f"{error.sentence}\n", status=400, content_type="text/plain")
        return download(report, ending, cast(User, request.user), narrowing=narrowing)
