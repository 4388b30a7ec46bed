"""The list of accounts with the last seven days of their sites, and an account with its sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.admin import UserAdmin
from accounts.models import User
from sites.models import Site
from visits.admin.recent import ShowsWeeks, Week, weeks_of_owners

# Who owns more finds them in the list of sites.
SITES_SHOWN = 20

admin.site.unregister(User)


class FirstSites(BaseInlineFormSet):
    @cached_property
    def first_sites(self) -> QuerySet[Any]:
        return super().get_queryset()[:SITES_SHOWN]

    def get_queryset(self) -> QuerySet[Any]:
        """Return the same rows each time: every form of the page asks for them."""
        return self.first_sites


class SiteInline(admin.TabularInline):
    """An owner's sites to look at and to go on from."""

    model = Site
    formset = FirstSites
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ("domain", "time_zone", "paused_at", "created_at")

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(User)
class MeasuredUserAdmin(ShowsWeeks, UserAdmin):
    list_display = (
        "email",
        "display_name",
        "role",
        "state",
        "sites",
        "week_shown",
        "date_joined",
        "last_login",
    )

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> tuple[Any, ...]:
        return (SiteInline,) if obj else ()

    def weeks_of(self, rows: Iterable[User]) -> Mapping[int, Week]:
        return weeks_of_owners(user.pk for user in rows)
