"""The admin site: its index is the state of the service, its lists are put together by what they are for."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone

# The names of the models in the order of their group; one that is named nowhere is in the last group.
GROUPS: dict[str, tuple[str, ...]] = {
    "Reports": (
        "visits.report",
        "visits.reportrun",
        "visits.schedule",
        "visits.recipient",
        "visits.delivery",
    ),
    "Sites and accounts": (
        "sites.site",
        "sites.tag",
        "sites.exclusion",
        "accounts.user",
        "account.emailaddress",
        "auth.group",
        "visits.goal",
        "visits.funnel",
        "visits.segment",
        "visits.annotation",
        "visits.sharedlink",
    ),
    "Facts": (
        "visits.hit",
        "visits.visit",
        "visits.refusal",
        "visits.botcount",
        "visits.siteday",
        "visits.quarantine",
    ),
    "Dimensions": (
        "visits.page",
        "visits.source",
        "visits.campaign",
        "visits.location",
        "visits.client",
        "visits.screen",
        "visits.language",
        "visits.eventname",
        "visits.property",
    ),
}
REST = "Service"


class TrackingAdminSite(admin.AdminSite):
    site_title = site_header = "Django-Tracking"
    index_title = "Overview"
    index_template = "admin/overview.html"

    # visits.admin registers its models at this site while it is being imported: it cannot be imported above.

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from visits.admin.overview import overview_page

        page = overview_page(request, timezone.now())
        return super().index(request, {"page": page, **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Lead to the overview, which has the lists by what they are for; unknown apps stay 404."""
        super().app_index(request, app_label, extra_context)
        return redirect("admin:index")

    def checks(self, request: HttpRequest) -> HttpResponse:
        from visits.admin.checks import checks_page
        from visits.models import UpkeepJob

        if not self.get_model_admin(UpkeepJob).has_view_or_change_permission(request):
            raise PermissionDenied
        context = {"title": "Checks", "page": checks_page(timezone.now())}
        return TemplateResponse(
            request, "admin/checks.html", {**self.each_context(request), **context}
        )

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Put our pages before Django's, the last of which takes every address."""
        own = [path("checks/", self.admin_view(self.checks), name="checks")]
        return [*own, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return groups in place of apps; the page of an app has that app."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else _grouped(apps)


def _grouped(apps: list[Any]) -> list[Any]:
    """Return the models that somebody may see as groups, each shaped as Django's templates expect an app."""
    models = {
        f"{app['app_label']}.{model['object_name'].lower()}": model
        for app in apps
        for model in app["models"]
    }
    groups = {
        name: [models.pop(label) for label in labels if label in models]
        for name, labels in GROUPS.items()
    }
    groups[REST] = sorted(models.values(), key=lambda model: str(model["name"]))
    return [_group(name, each) for name, each in groups.items() if each]


def _group(name: str, models: list[Any]) -> dict[str, Any]:
    label = name.lower().replace(" ", "-")
    return {"name": name, "app_label": label, "models": models, "has_module_perms": True}
