"""Reports as HTML."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from sites.access import get_site_or_404, visible_sites
from sites.forms import SiteSearchForm
from visits.dashboard.cards import cards
from visits.dashboard.choice import PANELS, Choice
from visits.dashboard.first_hit import first_hit, recent_refusal
from visits.dashboard.report import PANELS_BY_ID, SiteReport
from visits.dashboard.report_bar import ReportBar, report_bar
from visits.reports.exceptions import InvalidQuery
from visits.reports.first_day import first_day
from visits.reports.realtime import current_visitors


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("site_list")
    return render(request, "visits/front.html")


@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    search = SiteSearchForm(request.GET).text()
    sites = visible_sites(request.user)
    context = {
        "has_sites": sites.exists(),
        "cards": cards(sites.search(search), timezone.now()),
        "search": search,
    }
    return render(request, "visits/site_list.html", context)


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def site_report(request: HttpRequest, site_id: int) -> HttpResponse:
    """Show the report of a site, or the part of it that htmx asks for.

    A wrong choice in the URL is said, and the default is shown.
    """
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    try:
        choice = Choice.parse(request.GET, now, site.zone, partial(first_day, site))
    except InvalidQuery as error:
        report = SiteReport(site, Choice.default(now, site.zone), now)
        return _whole_report(request, report, problem=error.sentence)
    report = SiteReport(site, choice, now)
    return _part_of_report(request, report) or _whole_report(request, report)


def _part_of_report(request: HttpRequest, report: SiteReport) -> HttpResponse | None:
    """Return the part that a link refreshes, None when it is not one of those that stand alone."""
    target = HtmxDetails(request).target
    if target == "totals":
        context = {"tiles": report.tiles(), "series": report.series()}
        return render(request, "visits/_totals.html", context)
    if target in PANELS_BY_ID:
        [panel] = report.panels(PANELS_BY_ID[target])
        return render(request, "components/_panel.html", {"panel": panel})
    return None


def _whole_report(request: HttpRequest, report: SiteReport, problem: str = "") -> HttpResponse:
    context = {
        "site": report.site,
        "problem": problem,
        "bar": _bar(request, report),
    }
    if report.has_begun():
        context |= {
            "tiles": report.tiles(),
            "series": report.series(),
            "panels": report.panels(*PANELS),
            "hits": report.hits(),
        }
    return render(request, "visits/site_report.html", context, status=400 if problem else 200)


def _bar(request: HttpRequest, report: SiteReport) -> ReportBar:
    current = current_visitors([report.site.pk], report.now).get(report.site.pk, 0)
    sites = visible_sites(request.user)
    return report_bar(report.site, sites, current, report.choice, report.now)


@require_safe
def site_first_hit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Answer the waiting panel; a browser without JavaScript gets it as a page."""
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    context = {"site": site, "hit": first_hit(site, now), "refusal": recent_refusal(site, now)}
    template = "visits/_first_hit.html" if HtmxDetails(request) else "visits/first_hit.html"
    return render(request, template, context)
