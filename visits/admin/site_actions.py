"""What staff do to the numbers of chosen sites."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from sites.models import Site
from visits.admin.days_form import DaysForm
from visits.admin.site_export import ExportsHits
from visits.upkeep.rebuilding import rebuild_days


class ActsOnNumbers(ExportsHits):
    actions: tuple[str, ...] = (*ExportsHits.actions, "rebuild")

    @admin.action(permissions=["rebuild"], description="Rebuild closed days of selected sites")
    def rebuild(self, request: HttpRequest, queryset: QuerySet[Site]) -> HttpResponse | None:
        form = DaysForm(request.POST if "apply" in request.POST else None)
        sites = list(queryset)
        if form.is_valid():
            count = rebuild_days(sites, *form.span())
            staff: Any = request.user
            first, last = form.span()
            sentence = f"Had closed days made anew, {first} to {last}."
            LogEntry.objects.log_actions(staff.pk, sites, CHANGE, sentence)
            days = "1 day" if count == 1 else f"{count:,} days"
            self.message_user(
                request, f"{days} will be closed anew within ten minutes.", messages.SUCCESS
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Rebuild closed days",
            "opts": self.opts,
            "form": form,
            "subjects": [f"{site.name} ({site.domain})" for site in sites],
            "hidden": [
                ("action", "rebuild"),
                *((ACTION_CHECKBOX_NAME, site.pk) for site in sites),
            ],
            "explanation": "Sums and archive of these days are made anew from visits and hits, by upkeep, "
            "within ten minutes. Reports stay right meanwhile. “manage.py closedays” does it at once.",
            "verb": "Rebuild",
        }
        return TemplateResponse(request, "admin/action_form.html", context)

    def has_rebuild_permission(self, request: HttpRequest) -> bool:
        staff: Any = request.user
        return bool(staff.has_perm("visits.change_siteday"))
