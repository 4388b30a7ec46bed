"""The page of one dimension: all of its values, to be searched, put in order and turned page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from sites.access import visible_sites
from visits.dashboard.choice import Choice, Parameters
from visits.dashboard.details.listing import PAGE, SEARCH, Listing
from visits.dashboard.details.table import REPORT_URL, DetailTable, detail_table
from visits.dashboard.details.tabs import (
    DetailTab,
    detail_tabs,
    detail_title,
    detail_variants,
    panel_of,
)
from visits.dashboard.filters.chips import chips, clearing
from visits.dashboard.filters.form import DETAILS
from visits.dashboard.pagination import Pagination, pagination
from visits.dashboard.panels.choice import HOSTNAME
from visits.dashboard.panels.panel import Emptiness, emptiness
from visits.dashboard.report import SiteReport
from visits.dashboard.report_bar import report_bar
from visits.dashboard.scope import Scope
from visits.reports.dimensions import Dimension, get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.templatetags.stats import exact


@dataclass(frozen=True, slots=True)
class Details:
    """What templates/visits/_details.html shows. `empty` stands in for the table; `export_url` is empty for
    those who may not export."""

    title: str
    tabs: tuple[DetailTab, ...]
    variants: tuple[DetailTab, ...]
    count: str
    table: DetailTable
    pages: Pagination
    empty: Emptiness | None
    export_url: str


@dataclass(frozen=True, slots=True)
class SearchForm:
    """`kept` are the parameters that a search leaves as they are, `own` the names of those it decides."""

    text: str
    kept: Parameters
    own: str = f"{SEARCH} {PAGE}"


@vary_on_headers("HX-Request", "HX-Target")
def details_page(request: HttpRequest, scope: Scope, dimension: str) -> HttpResponse:
    """Show all values of a dimension, or the table alone where htmx asks for it.

    A wrong choice in the address is said, and the default is shown.
    """
    shown, now, problem = _find(dimension, scope), timezone.now(), ""
    try:
        report, listing = _parse(request.GET, scope, now)
        details = _details(report, shown, listing)
    except InvalidQuery as error:
        report, listing, problem = SiteReport.default(scope, now), Listing(), error.sentence
        details = _details(report, shown, listing)
    if HtmxDetails(request).target == "details" and not problem:
        return render(request, "visits/_details.html", {"details": details})
    context = {"details": details, "problem": problem, **_frame(request, report, listing)}
    context["came_from"] = f"&{urlencode({DETAILS: shown.name})}"
    return render(request, "visits/site_details.html", context, status=400 if problem else 200)


def _find(name: str, scope: Scope) -> Dimension:
    """Return a dimension that is shown. Raises Http404."""
    try:
        dimension = get_dimension(name)
    except InvalidQuery as error:
        raise Http404 from error
    scope.require_dimension(name.partition("[")[0])
    return dimension


def _parse(params: QueryDict, scope: Scope, now: dt.datetime) -> tuple[SiteReport, Listing]:
    return SiteReport.parse(params, scope, now), Listing.parse(params)


def _details(report: SiteReport, dimension: Dimension, listing: Listing) -> Details:
    choice = report.choice
    table = detail_table(report.query, choice, dimension, listing)
    return Details(
        title=detail_title(dimension),
        tabs=detail_tabs(choice, dimension, _hidden_tabs(report, dimension)),
        variants=detail_variants(choice, dimension),
        count=_count(table),
        table=table,
        pages=_pages(choice, table),
        empty=None if table.rows else _empty(report, dimension, listing),
        export_url=_export_url(choice, dimension, table) if report.is_own else "",
    )


def _hidden_tabs(report: SiteReport, dimension: Dimension) -> Collection[str]:
    panel = panel_of(dimension.name)
    return report.hidden_tabs() if panel and HOSTNAME in panel.tabs else ()


def _count(table: DetailTable) -> str:
    number = {"number": exact(table.count), "search": table.listing.search}
    if table.listing.search:
        words = ngettext(
            "%(number)s row with “%(search)s”", "%(number)s rows with “%(search)s”", table.count
        )
    else:
        words = ngettext("%(number)s row", "%(number)s rows", table.count)
    return words % number


def _pages(choice: Choice, table: DetailTable) -> Pagination:
    def url_of(page: int) -> str:
        parameters = (*choice.parameters(), *table.listing.at_page(page).parameters())
        return f"?{urlencode(parameters)}"

    return pagination(table.listing.page, table.pages, url_of)


def _empty(report: SiteReport, dimension: Dimension, listing: Listing) -> Emptiness:
    if not listing.search:
        return emptiness(dimension, report.choice, report.site.pk, report.is_own)
    return Emptiness(
        _("Nothing with “%(search)s”") % {"search": listing.search},
        _("Search for another part of a name."),
        f"{report.choice.query()}",
        _("Show all rows"),
    )


def _export_url(choice: Choice, dimension: Dimension, table: DetailTable) -> str:
    """Return the address of the same rows as a file: all of them, not only this page."""
    listing = [pair for pair in table.listing.parameters() if pair[0] != PAGE]
    parameters = (
        ("dimension", dimension.name),
        ("metrics", ",".join(metric.name for metric in table.metrics)),
        *choice.question(),
        *listing,
    )
    return f"{REPORT_URL}export/breakdown.csv?{urlencode(parameters)}"


def _frame(request: HttpRequest, report: SiteReport, listing: Listing) -> dict[str, object]:
    """Return what is around the table. Its links keep search and order, and begin with the first page."""
    choice = replace(report.choice, kept=listing.first_page().parameters())
    sites = visible_sites(request.user).by_name() if report.is_own else ()
    return {
        "site": report.site,
        "scope": report.scope,
        "is_own": report.is_own,
        "bar": report_bar(
            report.site, sites, report.current(), choice, report.now, report.segments()
        ),
        "chips": chips(choice),
        "clearing": clearing(choice),
        "address": choice.query(),
        "report_url": f"{REPORT_URL}{report.choice.query()}",
        "root": REPORT_URL,
        "search": SearchForm(listing.search, choice.parameters_beside(SEARCH, PAGE)),
    }
