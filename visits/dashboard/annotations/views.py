"""The notes of a site: all of them, and one of them to add, change or delete."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sites.access import get_site_or_404
from sites.models import Site
from visits.dashboard.annotations.form import AnnotationForm, AnnotationStartForm
from visits.dashboard.page_form import PageForm
from visits.dashboard.pagination import pagination
from visits.models import Annotation
from visits.models.annotation import ANNOTATIONS_AT_MOST
from visits.reports import date_words as words
from visits.reports.period import Period
from visits.reports.visible import visible

ANNOTATIONS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class AnnotationRow:
    """A note of the list, with the way to its form and to the report of its day."""

    day: str
    iso_day: str
    text: str
    url: str
    report_url: str


@require_safe
def site_annotations(request: HttpRequest, site_id: int) -> HttpResponse:
    """List the notes, the newest days first."""
    site = get_site_or_404(request.user, site_id)
    form = PageForm(request.GET)
    found = Annotation.objects.newest_first(site)
    page = Paginator(found, ANNOTATIONS_PER_PAGE).get_page(form.number())
    context = {
        "site": site,
        "rows": [_row(each) for each in page],
        "pages": pagination(page.number, page.paginator.num_pages, "?page={}".format),
        "has_room": page.paginator.count < ANNOTATIONS_AT_MOST,
    }
    status = 200 if form.is_valid() else 400
    return render(request, "visits/annotations.html", context, status=status)


def _row(annotation: Annotation) -> AnnotationRow:
    site_id, day = annotation.site_id, annotation.day
    report = urlencode(Period.custom(day, day).parameters())
    return AnnotationRow(
        day=words.full_day_of_week(day),
        iso_day=day.isoformat(),
        text=visible(annotation.text),
        url=reverse("site_annotation", args=[site_id, annotation.pk]),
        report_url=f"{reverse('site_report', args=[site_id])}?{report}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def site_annotation_add(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _annotation_page(request, Annotation(site=site, written_by_id=request.user.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def site_annotation(request: HttpRequest, site_id: int, annotation_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _annotation_page(request, get_object_or_404(Annotation, site=site, pk=annotation_id))


@require_http_methods(["GET", "HEAD", "POST"])
def site_annotation_delete(request: HttpRequest, site_id: int, annotation_id: int) -> HttpResponse:
    """Ask whether a note shall go, and delete it when the answer is sent."""
    site = get_site_or_404(request.user, site_id)
    annotation = get_object_or_404(Annotation, site=site, pk=annotation_id)
    if request.method == "POST":
        annotation.delete()
        messages.success(request, _("The note is deleted."))
        return redirect("site_annotations", site.pk)
    context = {
        "site": site,
        "annotation": annotation,
        "text": visible(annotation.text),
        "day": words.full_day(annotation.day),
    }
    return render(request, "visits/annotation_delete.html", context)


def _annotation_page(request: HttpRequest, annotation: Annotation) -> HttpResponse:
    """Show the form of a note, or store what was sent and go back to where it was asked for."""
    site = annotation.site
    start = AnnotationStartForm(request.GET).start(site.day_of(timezone.now()))
    initial = {"report": start["report"]} if annotation.pk else start
    form = AnnotationForm(request.POST or None, instance=annotation, initial=initial)
    if request.method == "POST" and form.try_save():
        messages.success(request, _("The note is saved."))
        return redirect(_way_back(site, form.cleaned_data["report"]))
    context = {
        "site": site,
        "annotation": annotation,
        "form": form,
        "back_url": _way_back(site, str(form["report"].value() or "")),
    }
    return render(request, "visits/annotation.html", context)


def _way_back(site: Site, report: str) -> str:
    """Return the address of the report from which somebody came, else of the list."""
    if not report:
        return reverse("site_annotations", args=[site.pk])
    return f"{reverse('site_report', args=[site.pk])}?{report}"
