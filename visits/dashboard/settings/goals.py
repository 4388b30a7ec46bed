"""The goals of a site: all of them with their numbers, and one of them to add, change or delete."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import RestrictedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sites.access import get_site_or_404
from visits.dashboard.page_form import PageForm
from visits.dashboard.pagination import pagination
from visits.dashboard.settings.form_rows import ADD, PREVIEW, Intent, arrange
from visits.dashboard.settings.goal_form import BLANK_ROW, GoalForm, GoalStartForm
from visits.dashboard.settings.goal_numbers import (
    GoalNumbers,
    counted_rows,
    last_28_days,
    numbers_of,
    uncounted_rows,
)
from visits.dashboard.settings.suggestions import goal_suggestions
from visits.models import Funnel, Goal
from visits.models.goal import GOALS_AT_MOST
from visits.reports.lost_days import LostDays
from visits.reports.visible import visible

# Each goal is asked of the facts twice.
GOALS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class GoalPreview:
    """The numbers of a goal as it is typed, of the last 28 days; `problem` where nobody can tell."""

    numbers: GoalNumbers | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FunnelLink:
    name: str
    url: str


@require_safe
def site_goals(request: HttpRequest, site_id: int) -> HttpResponse:
    """List the goals, twenty at a time: how often each was met lately takes two statements."""
    site = get_site_or_404(request.user, site_id)
    form = PageForm(request.GET)
    page = Paginator(Goal.objects.filter(site=site), GOALS_PER_PAGE).get_page(form.number())
    goals, problem = list(page), ""
    try:
        rows = counted_rows(last_28_days(site, timezone.now()), goals)
    except LostDays as error:
        rows, problem = uncounted_rows(goals), error.sentence
    context = {
        "site": site,
        "rows": rows,
        "pages": pagination(page.number, page.paginator.num_pages, "?page={}".format),
        "has_revenue": any(row.numbers.revenue for row in rows),
        "problem": problem,
        "has_room": page.paginator.count < GOALS_AT_MOST,
    }
    return render(request, "visits/goals.html", context, status=200 if form.is_valid() else 400)


@require_http_methods(["GET", "HEAD", "POST"])
def site_goal_add(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _goal_page(request, Goal(site=site))


@require_http_methods(["GET", "HEAD", "POST"])
def site_goal(request: HttpRequest, site_id: int, goal_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _goal_page(request, get_object_or_404(Goal, site=site, pk=goal_id))


@require_http_methods(["GET", "HEAD", "POST"])
def site_goal_delete(request: HttpRequest, site_id: int, goal_id: int) -> HttpResponse:
    """Ask whether a goal shall go; it stays as long as a funnel needs it."""
    site = get_site_or_404(request.user, site_id)
    goal = get_object_or_404(Goal, site=site, pk=goal_id)
    if request.method == "POST" and _is_deleted(goal):
        messages.success(request, _("%(name)s is deleted.") % {"name": visible(goal.name)})
        return redirect("site_goals", site.pk)
    context = {
        "site": site,
        "goal": goal,
        "name": visible(goal.name),
        "funnels": _funnels_with(goal),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "visits/goal_delete.html", context, status=status)


def _funnels_with(goal: Goal) -> list[FunnelLink]:
    funnels = Funnel.objects.filter(site=goal.site_id, steps__goal=goal).distinct()
    return [
        FunnelLink(visible(each.name), reverse("site_funnel", args=[each.site_id, each.pk]))
        for each in funnels
    ]


def _is_deleted(goal: Goal) -> bool:
    """Delete a goal that no funnel needs, also none that was stored a moment ago."""
    try:
        goal.delete()
    except (RestrictedError, IntegrityError):
        return False
    return True


def _goal_page(request: HttpRequest, goal: Goal) -> HttpResponse:
    """Show the form of a goal; its buttons store it, count what would meet it, or change its rows."""
    if request.method != "POST":
        start = {} if goal.pk else GoalStartForm(request.GET).start()
        preview = _counted(goal) if goal.pk else None
        return _render(request, goal, GoalForm(instance=goal, initial=start), preview=preview)
    intent = Intent.of(request.POST)
    if intent.is_about_rows:
        return _with_other_rows(request, goal, intent)
    form = GoalForm(request.POST, instance=goal, is_preview=intent.action == PREVIEW)
    if intent.action == PREVIEW:
        return _render(request, goal, form, preview=_preview(form))
    stored = form.try_save()
    if stored is None:
        return _render(request, goal, form)
    messages.success(request, _("%(name)s is saved.") % {"name": visible(stored.name)})
    return redirect("site_goals", stored.site_id)


def _with_other_rows(request: HttpRequest, goal: Goal, intent: Intent) -> HttpResponse:
    """Show what was typed, with a row more, or one less."""
    typed = GoalForm(request.POST, instance=goal)
    rows, focus = arrange(typed.rows.typed(), intent, BLANK_ROW)
    form = GoalForm(instance=goal, initial=typed.typed(), rows=rows)
    if intent.action == ADD and focus is not None:
        form.rows.forms[focus].focus("key")
    return _render(request, goal, form, intent=intent, focus=focus)


def _preview(form: GoalForm) -> GoalPreview:
    if not form.is_valid():
        return GoalPreview(problem=_("Fill in what counts, and see how often it happened."))
    return _counted(form.save(commit=False))


def _counted(goal: Goal) -> GoalPreview:
    try:
        query = last_28_days(goal.site, timezone.now())
        return GoalPreview(numbers=numbers_of(query, goal))
    except LostDays as error:
        return GoalPreview(problem=error.sentence)


def _render(
    request: HttpRequest,
    goal: Goal,
    form: GoalForm,
    *,
    preview: GoalPreview | None = None,
    intent: Intent | None = None,
    focus: int | None = None,
) -> HttpResponse:
    # The form writes into its goal also when it is wrong; the page is headed by the stored name.
    stored = Goal.objects.filter(pk=goal.pk).first() if goal.pk else None
    context = {
        "site": goal.site,
        "goal": stored,
        "title": visible(stored.name) if stored else "",
        "form": form,
        "preview": preview,
        "focus": focus,
        "focus_on": intent.action if intent else "",
        "suggestions": goal_suggestions(goal.site),
        "goals_url": reverse("site_goals", args=[goal.site_id]),
    }
    return render(request, "visits/goal.html", context)
