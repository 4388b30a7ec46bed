"""Adding a site, installing its snippet, changing and deleting it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from sites.access import get_site_or_404
from sites.forms import DeleteSiteForm, SiteForm
from sites.models import Site
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
