"""From the address of a shared link to what it shows; everything else is not there.

A link that never was, that has run out and that was revoked are answered alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from visits.dashboard.scope import Part, Scope
from visits.dashboard.share.password import is_unlocked, locked_page
from visits.models import SharedLink
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import Filter, segment_filters


def find_link(slug: str, now: dt.datetime) -> SharedLink:
    """Return an open link; one statement. Raises Http404."""
    links = SharedLink.objects.open(now).select_related("site", "segment")
    link = links.filter(slug=slug).first()
    if link is None:
        raise Http404
    return link


def scope_of(link: SharedLink, theme: str = "") -> Scope:
    """Return what the readers of a link see, in a frame if there is a theme. Raises Http404."""
    return Scope(
        link.site, is_own=False, names=frozenset(link.panels), limit=limit_of(link), theme=theme
    )


def limit_of(link: SharedLink) -> tuple[Filter, ...]:
    """Return the filters of the link's segment.

    Raises Http404 for a segment that cannot be read, or has none: it would let everything through.
    """
    if link.segment is None:
        return ()
    try:
        limit = segment_filters(link.segment)
    except InvalidQuery as error:
        raise Http404 from error
    if not limit:
        raise Http404
    return limit


def shared(part: Part) -> Callable[..., HttpResponse]:
    """Return the view of a part of a report for the readers of a link."""

    @login_not_required
    @require_safe
    @wraps(part)
    def view(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        link = find_link(slug, timezone.now())
        if not is_unlocked(request, link):
            return kept_private(locked_page(request, link))
        return for_readers(part(request, scope_of(link), **kwargs))

    return view


def embedded(part: Part) -> Callable[..., HttpResponseBase]:
    """Return the view of a part of a report for pages that may show it in a frame."""

    @login_not_required
    @require_safe
    @wraps(part)
    def view(request: HttpRequest, slug: str, theme: str, **kwargs: Any) -> HttpResponseBase:
        link = find_link(slug, timezone.now())
        if link.has_password or not link.origins:
            raise Http404

        @xframe_options_exempt
        @csp_replace({"frame-ancestors": link.origins})
        def framed(request: HttpRequest) -> HttpResponseBase:
            return for_readers(part(request, scope_of(link, theme), **kwargs))

        return framed(request)

    return view


def for_readers(response: HttpResponse) -> HttpResponse:
    # Where its links lead to shall not learn the address.
    response["Referrer-Policy"] = "no-referrer"
    return kept_private(response)


def kept_private(response: HttpResponse) -> HttpResponse:
    """Return an answer that no cache and no search engine keeps."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, private=True, no_store=True)
    return response
