"""What of a site is not counted: its rules, and how often each kind of them was the reason lately."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.address import client_address, trusted_networks
from sites.access import get_site_or_404
from sites.exclusions import exclusion_form, exclusion_panels, is_excluded, readable
from sites.forms import CountingForm, ExclusionForm, ExclusionKindForm, ExclusionRemovalForm
from sites.models import Exclusion, Site
from visits.dashboard.refusals.counts import refusal_counts, refused_for, refused_in_counting


@require_http_methods(["GET", "HEAD", "POST"])
def site_exclusions(request: HttpRequest, site_id: int) -> HttpResponse:
    """Show what is not counted; a POST adds an exclusion of the `kind` that it names."""
    site = get_site_or_404(request.user, site_id)
    if request.method != "POST":
        return _exclusions_page(request, site)
    kind = ExclusionKindForm(request.POST)
    if not kind.is_valid():
        messages.error(request, _("Choose what to exclude."))
        return redirect("site_exclusions", site.pk)
    form = exclusion_form(site, kind.kind_chosen(), request.POST)
    if not form.try_save():
        return _exclusions_page(request, site, posted=form)
    messages.success(
        request, _("%(exclusion)s is excluded.") % {"exclusion": readable(form.instance)}
    )
    return _to_panel(site, form.instance.kind)


@require_POST
def site_exclusion_remove(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    form = ExclusionRemovalForm(request.POST, site=site)
    if not form.is_valid():
        # Removed in another window: what was wanted is so.
        return redirect("site_exclusions", site.pk)
    exclusion: Exclusion = form.cleaned_data["exclusion"]
    exclusion.delete()
    messages.success(
        request, _("%(exclusion)s is no longer excluded.") % {"exclusion": readable(exclusion)}
    )
    return _to_panel(site, exclusion.kind)


@require_http_methods(["GET", "HEAD", "POST"])
def site_counting(request: HttpRequest, site_id: int) -> HttpResponse:
    """Store allowed hostnames and switches; the form itself stands on the page of exclusions."""
    site = get_site_or_404(request.user, site_id)
    if request.method == "POST":
        form = CountingForm(request.POST, instance=site)
        if not form.is_valid():
            # The form writes into its instance also when it is wrong; the page shows the stored site.
            stored = get_site_or_404(request.user, site_id)
            return _exclusions_page(request, stored, counting=form)
        form.save()
        messages.success(request, _("Saved."))
    return redirect("site_exclusions", site.pk)


def _exclusions_page(
    request: HttpRequest,
    site: Site,
    *,
    counting: CountingForm | None = None,
    posted: ExclusionForm | None = None,
) -> HttpResponse:
    address = _own_address(request)
    counts = refusal_counts(site, timezone.now())
    panels = exclusion_panels(site, posted)
    context = {
        "site": site,
        "counting": counting or CountingForm(instance=site),
        "refused_in_counting": refused_in_counting(site, counts),
        "panels": panels,
        "counted_panels": [(panel, refused_for(site, counts, panel.kind)) for panel in panels],
        "own_address": address,
        "is_own_address_excluded": is_excluded(site, address),
    }
    return render(request, "sites/exclusions.html", context)


def _to_panel(site: Site, kind: str) -> HttpResponse:
    return redirect(f"{reverse('site_exclusions', args=[site.pk])}#{kind}")


def _own_address(request: HttpRequest) -> str:
    """Return the address that hits of this browser come from, "" when there is none."""
    trusted = trusted_networks(tuple(settings.TRUSTED_PROXIES))
    peer = request.META.get("REMOTE_ADDR", "")
    return client_address(peer, list(request.headers.items()), trusted)
