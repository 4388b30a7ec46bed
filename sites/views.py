"""Adding a site, installing its snippet, changing and deleting it; what of it is not counted."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.address import client_address, trusted_networks
from accounts.models import User
from sites.access import get_site_or_404
from sites.exclusions import exclusion_form, exclusion_panels, is_excluded, readable
from sites.forms import (
    CountingForm,
    DeleteSiteForm,
    ExclusionForm,
    ExclusionKindForm,
    ExclusionRemovalForm,
    SiteForm,
)
from sites.models import Exclusion, Site
from sites.recipes import recipes
from sites.snippet import noscript_tag, script_tag


@require_http_methods(["GET", "HEAD", "POST"])
def site_add(request: HttpRequest) -> HttpResponse:
    form = SiteForm(request.POST or None, instance=Site(owner=cast(User, request.user)))
    if request.method == "POST" and form.is_valid() and (site := form.try_save()):
        messages.success(request, _("%(name)s is added.") % {"name": site.name})
        return redirect("site_install", site.pk)
    return render(request, "sites/site_form.html", {"form": form})


@require_safe
def site_install(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    context = {
        "site": site,
        "site_url": settings.SITE_URL,
        "snippet": script_tag(site),
        "noscript_snippet": noscript_tag(site),
        "recipes": recipes(site),
    }
    return render(request, "sites/install.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def site_settings(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    form = SiteForm(request.POST or None, instance=site)
    if request.method == "POST" and form.is_valid() and form.try_save():
        messages.success(request, _("Saved."))
        return redirect("site_settings", site.pk)
    # The form writes into its instance also when it is wrong; the page shows the stored site.
    stored = get_site_or_404(request.user, site_id)
    return render(request, "sites/settings.html", {"site": stored, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def site_delete(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    form = DeleteSiteForm(request.POST or None, site=site)
    if request.method == "POST" and form.is_valid():
        Site.objects.filter(pk=site.pk).discard(timezone.now())
        messages.success(
            request, _("%(name)s is deleted, and all its visits with it.") % {"name": site.name}
        )
        return redirect("site_list")
    return render(request, "sites/site_confirm_delete.html", {"site": site, "form": form})


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
    context = {
        "site": site,
        "counting": counting or CountingForm(instance=site),
        "panels": exclusion_panels(site, posted),
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
