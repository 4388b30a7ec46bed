"""A saved report as a file for staff: of all of its sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from accounts.models import User
from visits.models import Report
from visits.saved.download import download


@dataclass(frozen=True)
class ReportFiles:
    """The view of the files. `model_admin` knows who may see a report."""

    model_admin: admin.ModelAdmin[Report]

    @method_decorator(require_safe)
    def file(self, request: HttpRequest, report_id: int, ending: str) -> HttpResponseBase:
        """Answer with the report, narrowed as the page is."""
        report = get_object_or_404(Report, pk=report_id)
        if not self.model_admin.has_view_permission(request, report):
            raise PermissionDenied
        return download(report, ending, cast(User, request.user), request.GET)
