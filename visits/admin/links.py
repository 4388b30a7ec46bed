"""Where a number of the overview leads: to the list it counts, for those who may open it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from visits.models import UpkeepJob


class Links:
    """The lists and rows that one member of staff may open; all others have the address ""."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def may_see(self, model: type[models.Model]) -> bool:
        if not admin.site.is_registered(model):
            return False
        model_admin = admin.site.get_model_admin(model)
        return bool(model_admin.has_view_or_change_permission(self.request))

    def to_list(self, model: type[models.Model], **question: object) -> str:
        if not self.may_see(model):
            return ""
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        return f"{address}?{urlencode(question)}" if question else address

    def to_row(self, model: type[models.Model], pk: int) -> str:
        if not self.may_see(model):
            return ""
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])

    def to_checks(self, check: str = "") -> str:
        """Return the page of all checks, at one of them; whoever may look at jobs may open it."""
        if not self.may_see(UpkeepJob):
            return ""
        return reverse("admin:checks") + (f"#{check}" if check else "")
