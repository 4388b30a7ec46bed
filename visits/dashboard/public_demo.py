"""The report of the demo site for everybody, where the installation says so: PUBLIC_DEMO."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sites.demo import find_public_demo
from visits.dashboard.scope import Part, Scope
from visits.dashboard.share.gate import kept_private


def demo(part: Part) -> Callable[..., HttpResponse]:
    """Return the view of a part of the demo's report, as the readers of a shared link see one."""

    @login_not_required
    @require_safe
    @wraps(part)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        site = find_public_demo()
        if site is None:
            raise Http404
        return kept_private(part(request, Scope(site, is_own=False), **kwargs))

    return view
