"""The button above an account by which staff look at everything as its owner does."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone

from accounts import impersonation
from accounts.models import User


class ImpersonatesOwners(admin.ModelAdmin):
    change_form_template = "admin/accounts/user/owner_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.impersonate)
        own = path("<int:user_id>/impersonate/", view, name="accounts_user_impersonate")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        owner: Any = self.get_object(request, object_id)
        staff: Any = request.user
        may = owner is not None and impersonation.may_impersonate(staff, owner)
        context = {"may_impersonate": may, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def impersonate(self, request: HttpRequest, user_id: int) -> HttpResponse:
        if request.method != "POST":
            raise PermissionDenied
        impersonation.begin(request, get_object_or_404(User, pk=user_id), timezone.now())
        return redirect("site_list")
