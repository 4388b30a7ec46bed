"""The funnels of a site: all of them with their numbers, and one of them to add, change or delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sites.access import get_site_or_404
from visits.dashboard.page_form import PageForm
from visits.dashboard.pagination import pagination
from visits.dashboard.settings.form_rows import ADD, Intent, arrange
from visits.dashboard.settings.funnel_form import BLANK_ROW, FunnelForm
from visits.dashboard.settings.funnel_rows import funnel_rows
from visits.dashboard.settings.goal_numbers import last_28_days
from visits.models import Funnel, Goal
from visits.models.goal import FUNNELS_AT_MOST
from visits.reports.visible import visible

# Each funnel is asked of the facts by some statements.
FUNNELS_PER_PAGE = 10


@require_safe
def site_funnels(request: HttpRequest, site_id: int) -> HttpResponse:
    """List the funnels, ten at a time, with how far visits came lately."""
    site = get_site_or_404(request.user, site_id)
    form = PageForm(request.GET)
    page = Paginator(Funnel.objects.filter(site=site), FUNNELS_PER_PAGE).get_page(form.number())
    context = {
        "site": site,
        "rows": funnel_rows(last_28_days(site, timezone.now()), page),
        "pages": pagination(page.number, page.paginator.num_pages, "?page={}".format),
        "has_goals": Goal.objects.filter(site=site).exists(),
        "has_room": page.paginator.count < FUNNELS_AT_MOST,
    }
    return render(request, "visits/funnels.html", context, status=200 if form.is_valid() else 400)


@require_http_methods(["GET", "HEAD", "POST"])
def site_funnel_add(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _funnel_page(request, Funnel(site=site))


@require_http_methods(["GET", "HEAD", "POST"])
def site_funnel(request: HttpRequest, site_id: int, funnel_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _funnel_page(request, get_object_or_404(Funnel, site=site, pk=funnel_id))


@require_http_methods(["GET", "HEAD", "POST"])
def site_funnel_delete(request: HttpRequest, site_id: int, funnel_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    funnel = get_object_or_404(Funnel, site=site, pk=funnel_id)
    if request.method == "POST":
        funnel.delete()
        messages.success(request, _("%(name)s is deleted.") % {"name": visible(funnel.name)})
        return redirect("site_funnels", site.pk)
    context = {"site": site, "funnel": funnel, "name": visible(funnel.name)}
    return render(request, "visits/funnel_delete.html", context)


def _funnel_page(request: HttpRequest, funnel: Funnel) -> HttpResponse:
    """Show the form of a funnel; its buttons store it, or add, remove and move its steps."""
    goals = list(Goal.objects.filter(site=funnel.site_id))
    if request.method != "POST":
        rows = [{"goal": goal.pk} for goal in funnel.ordered_goals()] if funnel.pk else None
        return _render(request, funnel, FunnelForm(instance=funnel, goals=goals, rows=rows))
    form = FunnelForm(request.POST, instance=funnel, goals=goals)
    intent = Intent.of(request.POST)
    if intent.is_about_rows:
        return _with_other_rows(request, funnel, form, intent)
    stored = form.try_save()
    if stored is None:
        return _render(request, funnel, form)
    messages.success(request, _("%(name)s is saved.") % {"name": visible(stored.name)})
    return redirect("site_funnels", stored.site_id)


def _with_other_rows(
    request: HttpRequest, funnel: Funnel, typed: FunnelForm, intent: Intent
) -> HttpResponse:
    """Show what was typed, with its steps as they are wanted."""
    rows, focus = arrange(typed.rows.typed(), intent, BLANK_ROW)
    goals = list(typed.goals.values())
    form = FunnelForm(instance=funnel, goals=goals, initial=typed.typed(), rows=rows)
    if intent.action == ADD and focus is not None:
        form.rows.forms[focus].focus("goal")
    return _render(request, funnel, form, intent, focus)


def _render(
    request: HttpRequest,
    funnel: Funnel,
    form: FunnelForm,
    intent: Intent | None = None,
    focus: int | None = None,
) -> HttpResponse:
    # The form writes into its funnel also when it is wrong; the page is headed by the stored name.
    stored = Funnel.objects.filter(pk=funnel.pk).first() if funnel.pk else None
    context = {
        "site": funnel.site,
        "funnel": stored,
        "title": visible(stored.name) if stored else "",
        "form": form,
        "has_goals": bool(form.goals),
        "focus": focus,
        "focus_on": intent.action if intent else "",
        "funnels_url": reverse("site_funnels", args=[funnel.site_id]),
    }
    return render(request, "visits/funnel.html", context)
