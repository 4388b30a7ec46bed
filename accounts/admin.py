"""Users and their addresses for staff. One signs in to the admin where one signs in anyway."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.admin import EmailAddressAdmin as AllauthEmailAddressAdmin
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet, prefetch_related_objects
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.admin_impersonation import ImpersonatesOwners
from accounts.admin_questions import BoundedQuestions
from accounts.disclosure import may_see_addresses
from accounts.emails import confirm_address
from accounts.forms import AddUserForm
from accounts.models import Role, State, User

# The admin's own form would pass by the limits of sign-in, and by a second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

__all__ = ["EmailAddressAdmin", "UserAdmin", "audit"]

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class RoleFilter(admin.SimpleListFilter):
    title = parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return Role.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        role = self.value()
        return queryset.in_role(Role(role)) if role in Role.values else queryset


class StateFilter(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        state = self.value()
        return queryset.in_state(State(state)) if state in State.values else queryset


@admin.register(User)
class UserAdmin(ImpersonatesOwners, BoundedQuestions, DjangoUserAdmin):
    list_display: Any = (
        "email",
        "display_name",
        "role",
        "state",
        "sites",
        "date_joined",
        "last_login",
    )
    list_filter = (RoleFilter, StateFilter, "date_joined")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("email", "display_name")
    search_help_text = "E-mail address, name, or domain of a site."
    discreet_help_text = "Domain of a site."
    ordering = ("email",)
    actions = ("activate", "deactivate")
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "display_name", "language", "password")}),
        (_("Access"), {"fields": ("is_active", *POWERS)}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_form = AddUserForm
    add_form_template = None
    add_fieldsets = ((None, {"fields": ("email", "display_name", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        # An order by address would tell its letters.
        return User.objects.for_admin_list().order_by(*self.get_ordering(request))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Users", **(extra_context or {})})

    # Who may not see addresses sees that there is somebody, and finds an owner by a site.

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if may_see_addresses(request.user):
            return super().get_fieldsets(request, obj)
        seen = ("email", "role", "state", "date_joined")
        return [(None, {"fields": list(self._discreet(request, seen))})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave powers to superusers: only they give them, and only they touch somebody who has some."""
        fields = super().get_readonly_fields(request, obj)
        if not may_see_addresses(request.user):
            fields = [*fields, "role", "state"]
        return fields if request.user.is_superuser else [*fields, *POWERS]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return [*super().get_search_fields(request), "sites__domain"]

    @admin.display(ordering="is_staff")
    def role(self, user: User) -> str:
        return str(user.role.label)

    @admin.display
    def state(self, user: User) -> str:
        return str(user.state().label)

    @admin.display(ordering="site_count")
    def sites(self, user: Any) -> int:
        """Return what `UserQuerySet.for_admin_list` counted."""
        return int(user.site_count)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request.user, obj)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Whoever types an address here vouches for it."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            confirm_address(obj)

    def get_deleted_objects(self, objs: Iterable[User], request: HttpRequest) -> Any:
        """Name the sites that go too; Django would load every hit of every site to list it."""
        users = list(objs)
        prefetch_related_objects(users, "sites")
        sites = [site for user in users for site in user.sites.all()]
        tree: list[Any] = [str(user.email) for user in users]
        if sites:
            sentence = _("%(name)s (%(domain)s) and all its visits")
            tree.append([sentence % {"name": site.name, "domain": site.domain} for site in sites])
        refused = {"user" for user in users if not self.has_delete_permission(request, user)}
        return tree, {"users": len(users), "sites": len(sites)}, refused, []

    @admin.action(permissions=["change"], description=_("Activate selected users"))
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset, is_active=True)

    @admin.action(permissions=["change"], description=_("Deactivate selected users"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset, is_active=False)

    def _set_active(
        self, request: HttpRequest, queryset: QuerySet[User], *, is_active: bool
    ) -> None:
        staff: Any = request.user
        chosen = [user for user in queryset if user.is_active != is_active]
        changing = [user for user in chosen if user != staff and _may_touch(staff, user)]
        ids = [user.pk for user in changing]
        User.objects.filter(pk__in=ids).update(is_active=is_active)
        done = "activated" if is_active else "deactivated"
        LogEntry.objects.log_actions(staff.pk, changing, CHANGE, f"{done.capitalize()}.")
        self.message_user(request, _number_changed(len(changing), is_active), messages.SUCCESS)
        if len(changing) < len(chosen):
            sentence = gettext("Left out: yourself, and accounts with more powers than yours.")
            self.message_user(request, sentence, messages.WARNING)


def _number_changed(number: int, is_active: bool) -> str:
    if is_active:
        return ngettext("%(number)s activated.", "%(number)s activated.", number) % {
            "number": number
        }
    return ngettext("%(number)s deactivated.", "%(number)s deactivated.", number) % {
        "number": number
    }


def _may_touch(staff: Any, user: User | None) -> bool:
    """Tell whether `staff` may change this user, or users in general when there is none."""
    return staff.is_superuser or user is None or user.role is Role.OWNER


admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class EmailAddressAdmin(BoundedQuestions, AllauthEmailAddressAdmin):
    """Which addresses are confirmed. They are changed at the user, so that both sides agree."""

    list_display = ("email", "user", "primary", "verified")
    list_select_related = ("user",)
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ("user", "email", "primary", "verified")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: EmailAddress | None = None) -> bool:
        may_touch = _may_touch(request.user, obj and obj.user)
        return super().has_change_permission(request, obj) and may_touch

    def has_delete_permission(self, request: HttpRequest, obj: EmailAddress | None = None) -> bool:
        """Django asks this for each of the selected ones, too."""
        may_touch = _may_touch(request.user, obj and obj.user)
        return super().has_delete_permission(request, obj) and may_touch

    @admin.action(permissions=["change"], description=_("Mark selected addresses as confirmed"))
    def make_verified(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> None:
        chosen = queryset.select_related("user")
        ids = [row.pk for row in chosen if self.has_change_permission(request, row)]
        super().make_verified(request, queryset.filter(pk__in=ids))
        if len(ids) < len(chosen):
            sentence = gettext("Left out: yourself, and accounts with more powers than yours.")
            self.message_user(request, sentence, messages.WARNING)
