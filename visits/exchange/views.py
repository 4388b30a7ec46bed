"""Reports and hits as files for the owner of a site.

What is wrong with a question is found before the first byte is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.language import for_programs
from sites.access import get_site_or_404
from visits.exchange.bundle import bundle
from visits.files.download import Download, filename_of
from visits.files.sequences import flow_table, funnel_table
from visits.files.tables import Table, hits_table, report_table
from visits.files.writing import csv_lines, json_hits, json_report, json_table, pieces
from visits.models import Funnel
from visits.reports.breakdown import whole_breakdown
from visits.reports.exceptions import InvalidQuery
from visits.reports.flow import Direction, flow
from visits.reports.funnels import funnel
from visits.reports.parameters import (
    FILTER_NAMES,
    QUERY_NAMES,
    REPORT_NAMES,
    SERIES_NAMES,
    check_names,
    parse_metrics,
    parse_number,
    parse_query,
)
from visits.reports.parsing import PERIOD_FIELDS, parse_interval, parse_switch
from visits.reports.query import ReportQuery
from visits.reports.raw_hits import HITS_AT_MOST, Cursor, find_hits, raw_hits
from visits.reports.results import Report
from visits.reports.timeseries import timeseries
from visits.reports.totals import TOTALS, totals

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]
# Of CSV alone.
MARK = "bom"
BREAKDOWN_NAMES = ("dimension", "second", "sort", "search")
PAGE_NAMES = ("limit", "cursor")
FLOW_NAMES = ("path", "direction", "limit")
FLOW_ROWS = 1_000


def says_what_is_wrong(view: View[Parameters]) -> View[Parameters]:
    """Answer 400 and a sentence to a wrong question; files and their sentences are for programs."""

    @for_programs
    @wraps(view)
    def answer(
        request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except InvalidQuery as error:
            return HttpResponse(
                f"{error.field}: {error.sentence}\n",
                status=400,
                content_type="text/plain; charset=utf-8",
            )

    return answer


@require_safe
@says_what_is_wrong
def export_totals(request: HttpRequest, site_id: int, ending: str) -> HttpResponseBase:
    site = get_site_or_404(request.user, site_id)
    _check(request, ending, REPORT_NAMES)
    query = parse_query(site, request.GET, timezone.now())
    report = totals(query, parse_metrics(request.GET) or TOTALS)
    return _report_file(request, report, "totals", ending)


@require_safe
@says_what_is_wrong
def export_timeseries(request: HttpRequest, site_id: int, ending: str) -> HttpResponseBase:
    site, now = get_site_or_404(request.user, site_id), timezone.now()
    _check(request, ending, (*REPORT_NAMES, *SERIES_NAMES))
    query = parse_query(site, request.GET, now)
    interval = parse_interval(request.GET, query.period)
    report = timeseries(query, parse_metrics(request.GET) or TOTALS, now, interval)
    return _report_file(request, report, "timeseries", ending)


@require_safe
@says_what_is_wrong
def export_breakdown(request: HttpRequest, site_id: int, ending: str) -> HttpResponseBase:
    """Answer with all values of a dimension, or all combinations of two."""
    site = get_site_or_404(request.user, site_id)
    _check(request, ending, (*REPORT_NAMES, *BREAKDOWN_NAMES))
    report = whole_breakdown(
        parse_query(site, request.GET, timezone.now()),
        request.GET.get("dimension", ""),
        parse_metrics(request.GET),
        second=request.GET.get("second") or None,
        sort=request.GET.get("sort") or None,
        search=request.GET.get("search", ""),
    )
    name = " by ".join(dimension.name for dimension in report.dimensions)
    return _report_file(request, report, name, ending)


@require_safe
@says_what_is_wrong
def export_funnel(
    request: HttpRequest, site_id: int, funnel_id: int, ending: str
) -> HttpResponseBase:
    """Answer with the steps of a funnel of the site."""
    site = get_site_or_404(request.user, site_id)
    asked = get_object_or_404(Funnel, pk=funnel_id, site=site)
    _check(request, ending, QUERY_NAMES)
    report = funnel(parse_query(site, request.GET, timezone.now()), asked)
    return _table_file(request, report.query, funnel_table(report), "funnel", ending)


@require_safe
@says_what_is_wrong
def export_flow(request: HttpRequest, site_id: int, ending: str) -> HttpResponseBase:
    """Answer with what was viewed directly after a page, or before it."""
    site = get_site_or_404(request.user, site_id)
    _check(request, ending, (*QUERY_NAMES, *FLOW_NAMES))
    report = flow(
        parse_query(site, request.GET, timezone.now()),
        request.GET.get("path", ""),
        request.GET.get("direction") or Direction.NEXT,
        limit=parse_number(request.GET, "limit", FLOW_ROWS),
    )
    return _table_file(request, report.query, flow_table(report), "flow", ending)


@require_safe
@says_what_is_wrong
def export_all(request: HttpRequest, site_id: int) -> HttpResponseBase:
    """Answer with a zip of all reports."""
    site, now = get_site_or_404(request.user, site_id), timezone.now()
    _check(request, "csv", QUERY_NAMES)
    query = parse_query(site, request.GET, now)
    zipped = bundle(query, now, has_mark=parse_switch(request.GET, MARK))
    return Download(zipped, filename_of(query, "reports", "zip"))


@require_safe
@says_what_is_wrong
def export_hits(request: HttpRequest, site_id: int, ending: str) -> HttpResponseBase:
    """Answer with the hits after the cursor; `Link` leads to those that follow."""
    site = get_site_or_404(request.user, site_id)
    _check(request, ending, (*PERIOD_FIELDS, *FILTER_NAMES, *PAGE_NAMES))
    cursor = Cursor.parse(request.GET["cursor"]) if request.GET.get("cursor") else None
    asked_at = cursor.asked_at if cursor else timezone.now()
    query = parse_query(site, request.GET, asked_at)
    limit = parse_number(request.GET, "limit", HITS_AT_MOST)
    page = find_hits(query, cursor.place if cursor else None, limit)
    hits = raw_hits(query, page.ids)
    texts = _csv(request, hits_table(hits)) if ending == "csv" else json_hits(hits)
    response = Download(pieces(texts), filename_of(query, "hits", ending))
    if page.next:
        response.headers["Link"] = _link_to_next(request, Cursor(page.next, asked_at))
    return response


def _check(request: HttpRequest, ending: str, names: tuple[str, ...]) -> None:
    """Raise InvalidQuery for a parameter that is not known."""
    check_names(request.GET, (*names, MARK) if ending == "csv" else names)


def _report_file(request: HttpRequest, report: Report, name: str, ending: str) -> Download:
    texts = _csv(request, report_table(report)) if ending == "csv" else json_report(report)
    return Download(pieces(texts), filename_of(report.query, name, ending))


def _table_file(
    request: HttpRequest, query: ReportQuery, table: Table, name: str, ending: str
) -> Download:
    texts = _csv(request, table) if ending == "csv" else json_table(query, table)
    return Download(pieces(texts), filename_of(query, name, ending))


def _csv(request: HttpRequest, table: Table) -> Iterator[str]:
    return csv_lines(table, has_mark=parse_switch(request.GET, MARK))


def _link_to_next(request: HttpRequest, cursor: Cursor) -> str:
    params = request.GET.copy()
    params["cursor"] = cursor.text
    url = request.build_absolute_uri(f"{request.path}?{params.urlencode()}")
    return f'<{url}>; rel="next"'
