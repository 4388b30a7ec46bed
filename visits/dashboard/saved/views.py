"""The screens of shared reports: somebody sees those that are shared with them, of their own sites alone."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from sites.access import visible_sites
from visits.dashboard.saved.page import bar_rows, series_of
from visits.models import Report
from visits.reports.exceptions import InvalidQuery
from visits.saved.download import download
from visits.saved.files import WRITERS
from visits.saved.lookup import get_shared_report_or_404, shared_reports
from visits.saved.narrowing import Narrowing
from visits.saved.run import purpose_of_page, run_report


@require_safe
def shared_report_list(request: HttpRequest) -> HttpResponse:
    reports = shared_reports(request.user)
    return render(request, "visits/saved/reports.html", {"reports": reports})


@require_safe
def shared_report_page(request: HttpRequest, report_id: int) -> HttpResponse:
    """Run the report, narrowed to what the query string asks for, and show what it says."""
    report = get_shared_report_or_404(request.user, report_id)
    user = cast(User, request.user)
    try:
        narrowing = Narrowing.parse(request.GET)
        answer = run_report(
            report,
            timezone.now(),
            purpose=purpose_of_page(narrowing),
            user=user,
            sites=visible_sites(user),
            narrowing=narrowing,
        )
    except InvalidQuery as error:
        return _page(request, report, {"problem": error.sentence}, 400)
    shown = {"answer": answer, "bars": bar_rows(answer), "series": series_of(answer)}
    return _page(request, report, shown, 200)


@require_safe
def shared_report_file(request: HttpRequest, report_id: int, ending: str) -> HttpResponseBase:
    """Answer with the report as a file, narrowed as the page is."""
    report = get_shared_report_or_404(request.user, report_id)
    user, sites = cast(User, request.user), visible_sites(request.user)
    return download(report, ending, user, request.GET, sites=sites)


def _page(
    request: HttpRequest, report: Report, shown: dict[str, object], status: int
) -> HttpResponse:
    question = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {"report": report, "endings": list(WRITERS), "question": question, **shown}
    return render(request, "visits/saved/report.html", context, status=status)
