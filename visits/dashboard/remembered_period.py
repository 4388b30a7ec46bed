"""The period and the comparison that a person last chose for a site, in a cookie of that site's pages.

They are shown to who opens the report without any query; what an address says always wins. Named periods
only: days from a calendar are looked at once, and would be old ones the next time.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from sites.models import Site
from visits.dashboard.choice import DEFAULT_COMPARISON, PERIOD_PARAMETERS, Choice
from visits.reports.comparison import ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.parsing import parse_comparison, parse_period
from visits.reports.period import PeriodName

COOKIE = "report_period"
COOKIE_MAX_LENGTH = 100
COOKIE_SECONDS = 365 * 24 * 60 * 60
# Who follows a link of another site, or types an address, wants to see it once. Browsers leave the header
# out where there is no HTTPS. https://www.w3.org/TR/fetch-metadata/ (2026-11)
ORIGIN_HEADER, OWN_ORIGIN = "Sec-Fetch-Site", "same-origin"


def remembered(request: HttpRequest, site: Site, now: dt.datetime) -> QueryDict:
    """Return the parameters of the remembered choice; none when there is none, or it makes no sense."""
    text = request.COOKIES.get(COOKIE, "")
    if not text or len(text) > COOKIE_MAX_LENGTH:
        return QueryDict()
    params = QueryDict(text)
    try:
        period = parse_period(params, now, site.zone)
        choice = Choice(period, comparison=parse_comparison(params, DEFAULT_COMPARISON.name))
    except InvalidQuery:
        return QueryDict()
    return QueryDict(_text(choice))


def remember(request: HttpRequest, response: HttpResponse, choice: Choice, site: Site) -> None:
    """Keep a choice that was made on the site's own pages; forget one that makes no sense."""
    path = reverse("site_report", args=[site.pk])
    known, text = request.COOKIES.get(COOKIE), _text(choice)
    if _is_chosen(request) and text:
        if text != known:
            response.set_cookie(
                COOKIE,
                text,
                max_age=COOKIE_SECONDS,
                path=path,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
    elif known is not None and not request.GET and text != known:
        response.delete_cookie(COOKIE, path=path, samesite="Lax")


def _is_chosen(request: HttpRequest) -> bool:
    is_said = any(name in request.GET for name in PERIOD_PARAMETERS)
    return is_said and request.headers.get(ORIGIN_HEADER, OWN_ORIGIN) == OWN_ORIGIN


def _text(choice: Choice) -> str:
    """Return what is kept of a choice, empty for days from a calendar."""
    if choice.period.name == PeriodName.CUSTOM:
        return ""
    comparison = choice.comparison
    is_kept = comparison != DEFAULT_COMPARISON and comparison.name != ComparisonName.CUSTOM
    return urlencode({**choice.period.parameters(), **(comparison.parameters() if is_kept else {})})
