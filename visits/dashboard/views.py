"""Reports as HTML."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from sites.access import get_site_or_404, visible_sites
from sites.forms import SiteSearchForm
from visits.dashboard.cards import cards
from visits.dashboard.choice import PANELS, Choice
from visits.dashboard.first_hit import first_hit, recent_refusal
from visits.dashboard.hits import hit_rows
from visits.dashboard.panels import panel
from visits.dashboard.report_bar import report_bar
from visits.dashboard.series import series_drawing
from visits.dashboard.tiles import tiles
from visits.reports.exceptions import InvalidQuery
from visits.reports.query import ReportQuery
from visits.reports.realtime import current_visitors
from visits.reports.recent import recent_hits
from visits.reports.timeseries import timeseries
from visits.reports.totals import totals

TILES = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")


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
def site_report(request: HttpRequest, site_id: int) -> HttpResponse:
    """Show the report of a site. A wrong choice in the URL is said, and the default is shown."""
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    today = now.astimezone(site.zone).date()
    problem = ""
    try:
        choice = Choice.parse(request.GET, today)
    except InvalidQuery as error:
        choice, problem = Choice.default(today), error.sentence
    query = ReportQuery(site, choice.period, choice.period.previous(today))
    current = current_visitors([site.pk], now).get(site.pk, 0)
    overall = totals(query, (*TILES, "events"))
    context = {
        "site": site,
        "problem": problem,
        "bar": report_bar(site, visible_sites(request.user), current, choice, today),
        "tiles": tiles(overall, choice)[: len(TILES)],
        "series": series_drawing(timeseries(query, (choice.metric,), now)),
        "panels": [panel(query, choice, chosen, overall) for chosen in PANELS],
        "hits": hit_rows(recent_hits(query), today),
    }
    return render(request, "visits/site_report.html", context, status=400 if problem else 200)


@require_safe
def site_first_hit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Answer the waiting panel; a browser without JavaScript gets it as a page."""
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    context = {"site": site, "hit": first_hit(site, now), "refusal": recent_refusal(site, now)}
    template = "visits/_first_hit.html" if HtmxDetails(request) else "visits/first_hit.html"
    return render(request, template, context)
