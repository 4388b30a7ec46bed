"""The API's answers. A view finds the site, asks one report function and represents what it returns."""

from __future__ import annotations

from typing import NoReturn

from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.language import for_programs
from sites.access import get_site_or_404, visible_sites
from visits.api.serializers import SiteSerializer
from visits.reports.breakdown import breakdown as breakdown_report
from visits.reports.dimensions import DIMENSIONS
from visits.reports.metrics import METRICS
from visits.reports.parameters import (
    PAGE_NAMES,
    REPORT_NAMES,
    SERIES_NAMES,
    check_names,
    parse_metrics,
    parse_number,
    parse_query,
)
from visits.reports.parsing import parse_interval
from visits.reports.representation import report_as_json
from visits.reports.timeseries import timeseries as timeseries_report
from visits.reports.totals import TOTALS
from visits.reports.totals import totals as totals_report

READ = ["GET", "HEAD"]
EVERY_METHOD = [*READ, "POST", "PUT", "PATCH", "DELETE"]
SERIES_METRICS = ("visitors",)
DEFAULT_LIMIT = 100


@for_programs
@api_view(READ)
def root(request: Request) -> Response:
    """Say where things are. Braces stand for what to fill in."""
    check_names(request.query_params, ())
    sites = reverse("api_site_list", request=request)
    site = f"{sites}{{site_id}}/"
    return Response(
        {
            "sites": sites,
            "site": site,
            "totals": f"{site}totals/",
            "timeseries": f"{site}timeseries/",
            "breakdown": f"{site}breakdown/{{dimension}}/",
            "metrics": list(METRICS),
            "dimensions": list(DIMENSIONS),
        }
    )


@for_programs
@api_view(READ)
def site_list(request: Request) -> Response:
    check_names(request.query_params, ())
    sites = visible_sites(request.user)
    return Response({"results": SiteSerializer(sites, many=True).data})


@for_programs
@api_view(READ)
def site(request: Request, site_id: int) -> Response:
    found = get_site_or_404(request.user, site_id)
    check_names(request.query_params, ())
    return Response(SiteSerializer(found).data)


@for_programs
@api_view(READ)
def totals(request: Request, site_id: int) -> Response:
    found = get_site_or_404(request.user, site_id)
    params = request.query_params
    check_names(params, REPORT_NAMES)
    query = parse_query(found, params, timezone.now())
    return Response(report_as_json(totals_report(query, parse_metrics(params) or TOTALS)))


@for_programs
@api_view(READ)
def timeseries(request: Request, site_id: int) -> Response:
    found = get_site_or_404(request.user, site_id)
    params, now = request.query_params, timezone.now()
    check_names(params, (*REPORT_NAMES, *SERIES_NAMES))
    query = parse_query(found, params, now)
    interval = parse_interval(params, query.period)
    report = timeseries_report(query, parse_metrics(params) or SERIES_METRICS, now, interval)
    return Response(report_as_json(report))


@for_programs
@api_view(READ)
def breakdown(request: Request, site_id: int, dimension: str) -> Response:
    found = get_site_or_404(request.user, site_id)
    params = request.query_params
    check_names(params, (*REPORT_NAMES, *PAGE_NAMES))
    report = breakdown_report(
        parse_query(found, params, timezone.now()),
        dimension,
        parse_metrics(params),
        limit=parse_number(params, "limit", DEFAULT_LIMIT),
        offset=parse_number(params, "offset", 0),
        sort=params.get("sort") or None,
    )
    return Response(report_as_json(report))


@for_programs
@api_view(EVERY_METHOD)
def unknown(request: Request) -> NoReturn:
    """Answer JSON to a program that took a wrong way; the page of the browser would be no help."""
    raise NotFound(f"Nothing is here. Paths are listed at {reverse('api_root')}")
