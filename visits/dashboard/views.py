"""Reports as HTML."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sites.access import get_site_or_404
from visits.dashboard.first_hit import first_hit, recent_refusal


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("site_list")
    return render(request, "visits/front.html")


@require_safe
def site_first_hit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Answer the waiting panel; a browser without JavaScript gets it as a page."""
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    context = {"site": site, "hit": first_hit(site, now), "refusal": recent_refusal(site, now)}
    template = "visits/_first_hit.html" if request.htmx else "visits/first_hit.html"
    return render(request, template, context)
