"""The page of a page from which its hits are given to another one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from visits.admin.looked_at import CHANGED, is_what_was_shown, sealed
from visits.models import Hit, Page
from visits.models.dimension import PATH_MAX_LENGTH
from visits.upkeep.pages import PagesDiffer, check_pages, check_path, count_of, merge_steps, page_at
from visits.upkeep.steps import Counts, take_steps

# Nobody waits longer for a page; what is left is done when the form is sent again.
PAGE_SECONDS = 20
EXPLANATION = (
    "All hits of this page become hits of another one of the same host, also where visits began and ended "
    "with it; who viewed both on a day is one visitor of it. Goals and filters that name the old address "
    "do not follow. Hits that arrive later under the old address are counted under that again. This "
    "cannot be undone."
)


class MergeForm(forms.Form):
    """The path of the page that gets the hits. Then `target` is that page, None for a new one."""

    path = forms.CharField(
        max_length=PATH_MAX_LENGTH, help_text="Such as /pricing. The host is the same."
    )
    may_be_new = forms.BooleanField(
        label="Make the page when there is none", required=False, help_text="Then it is a rename."
    )

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.target: Page | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        path = cleaned.get("path")
        if path is None:
            return cleaned
        page = self.page
        self.target = Page.objects.filter(
            site=page.site_id, hostname=page.hostname, path=path
        ).first()
        if self.target is None and not cleaned["may_be_new"]:
            self.add_error("path", "There is no such page.")
            return cleaned
        try:
            check_path(path)
            if self.target is not None:
                check_pages(page, self.target)
        except PagesDiffer as error:
            self.add_error("path", str(error))
        return cleaned

    def description(self) -> tuple[object, ...]:
        """Return what is merged into what."""
        target = self.target
        return self.page.pk, self.cleaned_data["path"], None if target is None else target.pk


class MergesPages(admin.ModelAdmin):
    change_form_template = "admin/visits/page/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge)
        return [path("<int:page_id>/merge/", view, name="visits_page_merge"), *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        staff: Any = request.user
        return bool(staff.has_perm("visits.change_page"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"may_merge": self.has_merge_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def merge(self, request: HttpRequest, page_id: int) -> HttpResponse:
        if not self.has_merge_permission(request):
            raise PermissionDenied
        page = get_object_or_404(Page.objects.select_related("site"), pk=page_id)
        form = MergeForm(request.POST if request.method == "POST" else None, page=page)
        if form.is_valid() and "apply" in request.POST:
            try:
                if is_what_was_shown(request, *form.description()):
                    return self._merge(request, page, form)
                self.message_user(request, CHANGED, messages.WARNING)
            except PagesDiffer as error:
                form.add_error("path", str(error))
        counts = count_of(page)
        context = {
            **self.admin_site.each_context(request),
            "title": "Merge or rename a page",
            "opts": self.opts,
            "form": form,
            "subjects": [
                f"{page.hostname}{page.path}",
                f"{counts['hits']:,} hits in {counts['days']:,} days",
            ],
            "explanation": EXPLANATION,
            "preview_verb": "Count them",
            "verb": "Merge",
            "is_final": True,
            "cancel_url": reverse("admin:visits_page_change", args=[page.pk]),
            **(_counted(form, counts) if form.is_bound and form.is_valid() else {}),
        }
        return TemplateResponse(request, "admin/action_form.html", context)

    def _merge(self, request: HttpRequest, page: Page, form: MergeForm) -> HttpResponse:
        target = form.target or page_at(page, form.cleaned_data["path"])
        counts = take_steps(merge_steps(page, target), PAGE_SECONDS)
        sentence = f"{counts['hits']:,} hits became hits of {target.path}."
        staff: Any = request.user
        LogEntry.objects.log_actions(staff.pk, [page], CHANGE, sentence)
        self.message_user(request, sentence, messages.SUCCESS)
        if Hit.objects.filter(site=page.site_id, page=page).exists():
            left = "Some hits are left: do it again to go on, or use “manage.py mergepages”."
            self.message_user(request, left, messages.WARNING)
        return redirect("admin:visits_page_change", target.pk)


def _counted(form: MergeForm, counts: Counts) -> dict[str, Any]:
    """Return the inputs of the page that tell what becomes of what; without hits, nothing can be done."""
    if not counts["hits"]:
        return {"preview": "This page has no hits. There is nothing to do.", "is_offered": False}
    target, path = form.target, form.cleaned_data["path"]
    moved = f"{counts['hits']:,} hits of {form.page.path} become hits of "
    if target is None:
        sentence = f"{moved}{path}, a new page."
    else:
        sentence = f"{moved}{path}, which has {count_of(target)['hits']:,}."
    return {"preview": sentence, "hidden": [sealed(*form.description())], "is_offered": True}
