"""Visits that staff put aside, and those that they remove: chosen by filters, counted before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from visits.admin import columns
from visits.admin.filters import SiteFilter
from visits.admin.looked_at import CHANGED, is_what_was_shown, sealed
from visits.admin.read_only import ReadOnlyAdmin
from visits.admin.unwanted_form import PurgeForm, QuarantineForm, UnwantedForm
from visits.models import Quarantine
from visits.reports.selection import DayCounts, Selection
from visits.upkeep.cutting import purge_steps
from visits.upkeep.quarantine import (
    QuarantineEnded,
    Question,
    open_quarantine,
    quarantine_steps,
    undo_steps,
)
from visits.upkeep.steps import Counts, take_steps

# Nobody waits longer for a page; what is left is done when the form is sent again.
PAGE_SECONDS = 20
NONE = "No visit meets that."
LATER = "Not finished yet: send it again to go on, or use the command."


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    change_form_template = "admin/visits/quarantine/change_form.html"
    change_list_template = "admin/visits/quarantine/change_list.html"
    list_display = (
        "asked",
        "site_shown",
        "days",
        "visits",
        "hits",
        "state",
        "created_by",
        "created_at",
    )
    list_filter = (SiteFilter,)
    list_prefetch_related = ("site", "created_by")
    search_fields = ("words", "reason")
    search_help_text = "Part of a filter’s words, or of the reason."
    fields = (
        "site", "asked", "days", "reason", "visits", "hits", "state", "created_by", "created_at",
    )  # fmt: skip

    site_shown = columns.dimension("site", "site")

    @admin.display(description="visits whose")
    def asked(self, quarantine: Quarantine) -> str:
        return quarantine.words.replace("\n", ", ") or "All visits"

    @admin.display(description="days")
    def days(self, quarantine: Quarantine) -> str:
        return f"{quarantine.first_day} to {quarantine.last_day}"

    @admin.display(description="state")
    def state(self, quarantine: Quarantine) -> str:
        if quarantine.undone_at is None:
            return "Put aside"
        return "Being undone" if quarantine.visits else "Undone"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("purge/", wrap(self.purge), name="visits_quarantine_purge"),
            path("<int:quarantine_id>/undo/", wrap(self.undo), name="visits_quarantine_undo"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request, "visits.add_quarantine")

    def has_purge_permission(self, request: HttpRequest) -> bool:
        return _may(request, "visits.delete_visit")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_purge": self.has_purge_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"may_undo": _may(request, "visits.change_quarantine"), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Put visits aside, after a look at how many they are."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = QuarantineForm(_posted(request), initial=_asked(request))
        if self._is_to_be_done(request, form, "quarantine"):
            return self._put_aside(request, form)
        return self._page(
            request,
            form,
            "quarantine",
            title="Put visits into quarantine",
            verb="Put into quarantine",
            explanation="These visits leave all reports, as if they had never come. They can be put back "
            "exactly as they were.",
        )

    def purge(self, request: HttpRequest) -> HttpResponse:
        """Remove visits for good, after a look at how many they are."""
        if not self.has_purge_permission(request):
            raise PermissionDenied
        form = PurgeForm(_posted(request), initial=_asked(request))
        if self._is_to_be_done(request, form, "purge"):
            return self._purge(request, form)
        return self._page(
            request,
            form,
            "purge",
            title="Purge visits",
            verb="Purge",
            is_final=True,
            explanation="These visits are removed with all their hits, as if they had never come. This "
            "cannot be undone: quarantine can.",
        )

    def undo(self, request: HttpRequest, quarantine_id: int) -> HttpResponse:
        quarantine = get_object_or_404(Quarantine, pk=quarantine_id)
        if request.method != "POST" or not _may(request, "visits.change_quarantine"):
            raise PermissionDenied
        counts = take_steps(undo_steps(quarantine, timezone.now()), PAGE_SECONDS)
        quarantine.refresh_from_db()
        sentence = f"Put back {_number(counts)}."
        if counts["lost visits"]:
            sentence += f" Of days that are not kept any more, {counts['lost visits']:,} are lost."
        self._log(request, quarantine, CHANGE, sentence, is_done=not quarantine.visits)
        return redirect("admin:visits_quarantine_change", quarantine.pk)

    def _put_aside(self, request: HttpRequest, form: QuarantineForm) -> HttpResponse:
        selection, now = form.selection, timezone.now()
        days = [day.day for day in selection.days()]
        if not days:
            self.message_user(request, NONE, messages.WARNING)
            return redirect("admin:visits_quarantine_changelist")
        question = Question(selection.filters, selection.words, *selection.span)
        quarantine = open_quarantine(
            selection.query.site, question, now, request.user.pk, form.cleaned_data["reason"]
        )
        steps = quarantine_steps(quarantine, selection.visits_of, days)
        try:
            counts = take_steps(steps, PAGE_SECONDS)
        except QuarantineEnded as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            sentence = f"Put {_number(counts)} into quarantine."
            self._log(request, quarantine, ADDITION, sentence, is_done=not selection.days())
        return redirect("admin:visits_quarantine_change", quarantine.pk)

    def _purge(self, request: HttpRequest, form: PurgeForm) -> HttpResponse:
        selection = form.selection
        days = [day.day for day in selection.days()]
        if not days:
            self.message_user(request, NONE, messages.WARNING)
            return redirect("admin:visits_quarantine_changelist")
        steps: Iterator[Counts] = purge_steps(selection.query.site.pk, selection.visits_of, days)
        counts = take_steps(steps, PAGE_SECONDS)
        asked = ", ".join(selection.words.splitlines()) or "all visits"
        first, last = selection.span
        sentence = f"Purged {_number(counts)}: {asked}, {first} to {last}."
        self._log(request, selection.query.site, CHANGE, sentence, is_done=not selection.days())
        return redirect("admin:visits_quarantine_changelist")

    def _log(
        self, request: HttpRequest, subject: Any, flag: int, sentence: str, *, is_done: bool
    ) -> None:
        staff: Any = request.user
        LogEntry.objects.log_actions(staff.pk, [subject], flag, sentence)
        self.message_user(request, sentence, messages.SUCCESS)
        if not is_done:
            self.message_user(request, LATER, messages.WARNING)

    def _is_to_be_done(self, request: HttpRequest, form: UnwantedForm, deed: str) -> bool:
        """Tell whether this is to be done now, with just the visits that were counted; else say why not."""
        if "apply" not in request.POST or not form.is_asked():
            return False
        if not is_what_was_shown(request, deed, *_description(form.selection)):
            self.message_user(request, CHANGED, messages.WARNING)
            return False
        return form.is_valid()

    def _page(
        self, request: HttpRequest, form: UnwantedForm, deed: str, **context: Any
    ) -> HttpResponse:
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "preview_verb": "Count them",
            "cancel_url": reverse("admin:visits_quarantine_changelist"),
            **(_counted(form.selection, deed) if form.is_asked() else {}),
            **context,
        }
        return TemplateResponse(request, "admin/action_form.html", shown)


def _counted(selection: Selection, deed: str) -> dict[str, Any]:
    """Return the inputs of the page that tell what visits these are; without any, nothing can be done."""
    days = selection.days()
    if not days:
        return {"preview": f"{NONE} There is nothing to do.", "is_offered": False}
    hidden = [sealed(deed, *_description(selection))]
    return {"preview": _preview(selection, days), "hidden": hidden, "is_offered": True}


def _description(selection: Selection) -> tuple[object, ...]:
    """Return what the visits are chosen by."""
    return selection.query.site.pk, selection.filters, *selection.span


def _preview(selection: Selection, days: Sequence[DayCounts]) -> str:
    visits, hits = sum(day.visits for day in days), sum(day.hits for day in days)
    gone = selection.days_without_facts()
    sentence = f"{visits:,} visits with {hits:,} hits, in {len(days):,} days."
    return sentence + (
        f" {gone:,} days have no visits any more and stay as they are." if gone else ""
    )


def _number(counts: Counts) -> str:
    return f"{counts['visits']:,} visits with {counts['hits']:,} hits"


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return the site from whose page somebody comes."""
    return {"site": request.GET.get("site", "")[:20]}


def _may(request: HttpRequest, permission: str) -> bool:
    staff: Any = request.user
    return bool(staff.has_perm(permission))
