"""Reports as HTML."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from sites.access import get_site_or_404, visible_sites
from sites.demo import find_public_demo
from sites.forms import SiteSearchForm
from visits.dashboard.cards import cards
from visits.dashboard.filters.chips import chips, clearing
from visits.dashboard.first_hit import first_hit, recent_refusal
from visits.dashboard.hits import HITS, HITS_ID
from visits.dashboard.panels.choice import PANELS_BY_ID
from visits.dashboard.panels.row_changes import PANELS_BY_CHANGES, row_changes
from visits.dashboard.remembered_period import remember, remembered
from visits.dashboard.report import SiteReport
from visits.dashboard.report_bar import ReportBar, period_menu, report_bar
from visits.dashboard.scope import Scope
from visits.reports.exceptions import InvalidQuery
from visits.reports.lost_days import LostDays


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("site_list")
    return render(request, "visits/front.html", {"has_demo": find_public_demo() is not None})


@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    search = SiteSearchForm(request.GET).text()
    sites = visible_sites(request.user)
    context = {
        "has_sites": sites.exists(),
        "cards": cards(sites.search(search).by_name(), timezone.now()),
        "search": search,
    }
    return render(request, "visits/site_list.html", context)


@vary_on_headers("HX-Request", "HX-Target")
def report_page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Show the report of a site, or the part of it that htmx asks for.

    The page has totals and series; its panels ask for themselves, all at once. A wrong choice in the URL
    is said, and the default is shown. An owner who says nothing gets the last period again.
    """
    now = timezone.now()
    params: QueryDict = request.GET
    if not params and scope.is_own:
        params = remembered(request, scope.site, now)
    try:
        report = SiteReport.parse(params, scope, now)
    except InvalidQuery as error:
        return _whole_report(request, SiteReport.default(scope, now), problem=error.sentence)
    try:
        return _part_of_report(request, report) or _whole_report(request, report)
    except LostDays as error:
        if HtmxDetails(request):
            # The page says in place that this part has not arrived.
            return HttpResponse(error.sentence, status=503, content_type="text/plain")
        return _whole_report(request, SiteReport.default(scope, now), problem=error.sentence)


def _part_of_report(request: HttpRequest, report: SiteReport) -> HttpResponse | None:
    """Return the part that stands alone, None when another is asked for."""
    target = HtmxDetails(request).target
    if target == "totals":
        context = _totals(report) | {
            "period": period_menu(report.site, report.choice, report.now),
        }
        return render(request, "visits/_totals_part.html", context)
    if target == HITS_ID:
        report.scope.require(HITS)
        return render(request, "visits/_hits.html", _hits(report))
    if target in PANELS_BY_ID:
        report.scope.require(PANELS_BY_ID[target].name)
        panel = report.panel(PANELS_BY_ID[target])
        return render(request, panel.template, {"panel": panel})
    if target in PANELS_BY_CHANGES:
        chosen = PANELS_BY_CHANGES[target]
        report.scope.require(chosen.name)
        changes = row_changes(report.query, report.choice, chosen)
        return render(request, "visits/_row_changes.html", {"changes": changes})
    return None


def _whole_report(request: HttpRequest, report: SiteReport, problem: str = "") -> HttpResponse:
    choice = report.choice
    context = {
        "site": report.site,
        "scope": report.scope,
        "is_own": report.is_own,
        "problem": problem,
        "bar": _bar(request, report),
        "address": choice.query() if problem or not request.GET else "",
        "chips": chips(choice),
        "clearing": clearing(choice),
    }
    if report.has_begun():
        context |= _totals(report) | _panels(report)
    status = 400 if problem else 200
    response = render(request, "visits/site_report.html", context, status=status)
    if report.is_own and not problem:
        remember(request, response, choice, report.site)
    return response


def _totals(report: SiteReport) -> dict[str, object]:
    return {
        "tiles": report.tiles(),
        "series": report.series(),
        "intervals": report.intervals(),
    }


def _panels(report: SiteReport) -> dict[str, object]:
    """Return the panels, or what stands in for them and the address that has them all."""
    has_hits = report.scope.shows(HITS)
    if report.choice.has_all_panels:
        return {"panels": report.panels(), **(_hits(report) if has_hits else {})}
    hits = [report.waiting_hits()] if has_hits else []
    return {
        "waiting_panels": [*report.waiting_panels(), *hits],
        "whole_url": report.choice.with_all_panels().query(),
    }


def _hits(report: SiteReport) -> dict[str, object]:
    return {"hits": report.hits(), "is_filtered": bool(report.choice.all_filters)}


def _bar(request: HttpRequest, report: SiteReport) -> ReportBar:
    sites = visible_sites(request.user).by_name() if report.is_own else ()
    return report_bar(
        report.site, sites, report.current(), report.choice, report.now, report.segments()
    )


@require_safe
def site_first_hit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Answer the waiting panel; a browser without JavaScript gets it as a page."""
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    context = {"site": site, "hit": first_hit(site, now), "refusal": recent_refusal(site, now)}
    template = "visits/_first_hit.html" if HtmxDetails(request) else "visits/first_hit.html"
    return render(request, template, context)
