"""Shared links in the admin: staff see that there are some and can revoke them, not open them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from visits.admin.named import NamedOfSiteAdmin
from visits.models import SharedLink

# Enough to tell links apart when somebody reports one.
SLUG_SHOWN = 4


@admin.register(SharedLink)
class SharedLinkAdmin(NamedOfSiteAdmin):
    """Owners write links themselves: what they show is judged by their form."""

    list_display = ("name", "site", "address", "is_locked", "is_public", "expires_at", "created_by")
    list_select_related: ClassVar[tuple[str, ...]] = ("site", "created_by")
    fields = (
        "site",
        "name",
        "address",
        "is_locked",
        "is_public",
        "expires_at",
        "segment",
        "panels",
        "embed_origins",
        "has_badge",
        "created_by",
        "created_at",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=_("address"))
    def address(self, link: SharedLink) -> str:
        """The slug is the key to the report: here it is cut."""
        return f"/share/{link.slug[:SLUG_SHOWN]}…/"

    @admin.display(description=_("password"), boolean=True)
    def is_locked(self, link: SharedLink) -> bool:
        return link.has_password
