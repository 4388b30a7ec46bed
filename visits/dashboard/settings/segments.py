"""The segments of a site: filters are saved from a report, and changed or deleted in the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from sites.access import get_site_or_404
from sites.models import Site
from visits.dashboard.choice import Choice, Parameters
from visits.dashboard.settings.segment_draft import SegmentDraft
from visits.dashboard.settings.segment_form import SegmentForm
from visits.models import Segment
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import filters_to_json, segment_filters
from visits.reports.visible import visible


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment in the settings. `words` are its filters, or nothing and `problem` says why."""

    name: str
    words: tuple[str, ...]
    problem: str
    url: str
    delete_url: str
    report_url: str


@require_safe
def site_segments(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    rows = [_row(segment) for segment in Segment.objects.filter(site=site)]
    return render(request, "visits/segments.html", {"site": site, "rows": rows})


@require_POST
def site_segment_add(request: HttpRequest, site_id: int) -> HttpResponse:
    """Save the filters of a report under a name, and show the report of the segment."""
    site = get_site_or_404(request.user, site_id)
    try:
        choice = Choice.parse(request.POST, site, timezone.now())
    except InvalidQuery as error:
        messages.error(request, error.sentence)
        return redirect("site_report", site.pk)
    filters = tuple(dict.fromkeys(choice.all_filters))
    if not filters:
        messages.error(request, _("Filter the report first: a segment keeps its filters."))
        return redirect("site_report", site.pk)
    author = cast(User, request.user)
    segment = Segment(site=site, filters=filters_to_json(filters), created_by=author)
    form = SegmentForm(request.POST, instance=segment)
    if stored := form.try_save():
        messages.success(request, _("%(name)s is saved.") % {"name": visible(stored.name)})
        return _to_report(request, site, replace(choice, segments=(stored,), filters=()))
    return _form_again(request, site, form, choice)


@require_http_methods(["GET", "HEAD", "POST"])
def site_segment(request: HttpRequest, site_id: int, segment_id: int) -> HttpResponse:
    """Show what a segment filters, to be changed: its filters and its name."""
    site = get_site_or_404(request.user, site_id)
    segment = get_object_or_404(Segment, site=site, pk=segment_id)
    # The form writes into its instance also when it is wrong; the page shows the stored name.
    row = _row(segment)
    problem = ""
    try:
        draft = SegmentDraft.of(segment, request.POST or request.GET)
    except InvalidQuery as error:
        draft, problem = SegmentDraft.of(segment, QueryDict()), error.sentence
    if draft.filters:
        segment.filters = filters_to_json(draft.filters)
    form = SegmentForm(request.POST or None, instance=segment)
    if request.method == "POST" and not problem and (stored := form.try_save()):
        messages.success(request, _("%(name)s is saved.") % {"name": visible(stored.name)})
        return redirect("site_segments", site.pk)
    context = {"site": site, "row": row, "form": form, "draft": draft, "problem": problem}
    return render(request, "visits/segment.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def site_segment_delete(request: HttpRequest, site_id: int, segment_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    segment = get_object_or_404(Segment, site=site, pk=segment_id)
    if request.method == "POST":
        segment.delete()
        messages.success(request, _("%(name)s is deleted.") % {"name": visible(segment.name)})
        return redirect("site_segments", site.pk)
    return render(request, "visits/segment_delete.html", {"site": site, "row": _row(segment)})


def _row(segment: Segment) -> SegmentRow:
    words: tuple[str, ...] = ()
    problem = ""
    try:
        words = tuple(visible(condition.words) for condition in segment_filters(segment))
    except InvalidQuery as error:
        problem = error.sentence
    keys = [segment.site_id, segment.pk]
    return SegmentRow(
        name=visible(segment.name),
        words=words,
        problem=problem,
        url=reverse("site_segment", args=keys),
        delete_url=reverse("site_segment_delete", args=keys),
        report_url=f"{reverse('site_report', args=keys[:1])}?segment={segment.pk}",
    )


def _to_report(request: HttpRequest, site: Site, choice: Choice) -> HttpResponse:
    url = f"{reverse('site_report', args=[site.pk])}{choice.query()}"
    return HttpResponseClientRedirect(url) if HtmxDetails(request) else redirect(url)


def _form_again(
    request: HttpRequest, site: Site, form: SegmentForm, choice: Choice
) -> HttpResponse:
    """Show what is wrong: in place, or on a page that also says what would be saved."""
    kept: Parameters = choice.parameters()
    context = {
        "site": site,
        "form": form,
        "kept": kept,
        "words": [visible(condition.words) for condition in choice.all_filters],
        "report_url": f"{reverse('site_report', args=[site.pk])}{choice.query()}",
    }
    is_part = bool(HtmxDetails(request))
    template = "visits/_segment_form.html" if is_part else "visits/segment_add.html"
    return render(request, template, context)
