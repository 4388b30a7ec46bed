"""What a site keeps and for how long, and its reset."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sites.access import get_site_or_404
from sites.forms import ResetSiteForm, RetentionForm
from visits.upkeep.removal import begin_reset, finish_removal

# The visits of most sites are gone by then; upkeep removes those of the others.
RESET_SECONDS = 2


@require_http_methods(["GET", "HEAD", "POST"])
def site_data(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    form = RetentionForm(request.POST or None, instance=site)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("site_data", site.pk)
    # The form writes into its instance also when it is wrong; the page shows the stored site.
    stored = get_site_or_404(request.user, site_id)
    return render(request, "visits/site_data.html", {"site": stored, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def site_reset(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    form = ResetSiteForm(request.POST or None, site=site)
    if request.method == "POST" and form.is_valid():
        begin_reset(site, timezone.now())
        finish_removal(site, RESET_SECONDS)
        messages.success(
            request,
            _("%(name)s is reset. It begins anew with its next visit.") % {"name": site.name},
        )
        return redirect("site_data", site.pk)
    return render(request, "visits/site_confirm_reset.html", {"site": site, "form": form})
