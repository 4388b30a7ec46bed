"""Staff look at everything as an owner sees it: for a while, in their own session, without changing anything.

The session stays that of the member of staff; it has the owner's number and the end beside it. What was
true at the beginning is asked again with each request, so that it ends by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Role, User

LASTS = dt.timedelta(minutes=30)
SESSION_KEY = "impersonation"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What staff may do as an owner besides looking: stop.
WAYS_OUT = ("impersonation_end", "account_logout")
# Nobody signs in to send hits, and their doors stay open while the database is away: no session is read.
COLLECTION = ("collect_beacon", "collect_pixel", "collect_visit")


class Impersonation(NamedTuple):
    """Who looks, and until when: an owner has it as `impersonation` while staff look as they would."""

    staff: User
    until: dt.datetime


def may_impersonate(staff: User, owner: User) -> bool:
    """Tell whether somebody may look at everything as this owner; never as staff, nor as a superuser."""
    is_possible = owner.is_active and owner.role is Role.OWNER and owner.pk != staff.pk
    is_allowed = staff.is_active and staff.is_staff and staff.has_perm("accounts.change_user")
    return is_possible and is_allowed


def begin(request: HttpRequest, owner: User, now: dt.datetime) -> None:
    """Let staff look as an owner from the next request on. Raises PermissionDenied."""
    staff: Any = request.user
    if not may_impersonate(staff, owner):
        raise PermissionDenied
    end(request)
    until = now + LASTS
    request.session[SESSION_KEY] = {"owner": owner.pk, "until": until.timestamp()}
    LogEntry.objects.log_actions(
        staff.pk, [owner], CHANGE, f"Looked as this owner, until {until:%H:%M} UTC at most."
    )


def end(request: HttpRequest) -> User | None:
    """Stop looking as an owner and return whom that was, None when it was nobody any more."""
    if SESSION_KEY not in request.session:
        return None
    user: Any = request.user
    impersonation = getattr(user, "impersonation", None)
    staff = impersonation.staff if impersonation else user
    owner = _seen_as(request, staff)
    del request.session[SESSION_KEY]
    if not hasattr(owner, "impersonation"):
        return None
    LogEntry.objects.log_actions(staff.pk, [owner], CHANGE, "Ended looking as this owner.")
    return User.objects.get(pk=owner.pk)


def end_with_session(request: HttpRequest, **_: Any) -> None:
    """Receive that somebody signs out."""
    end(request)


class ImpersonationMiddleware:
    """Puts the owner in the place of staff who look as that owner; the admin stays the staff's own.

    Nobody is asked for before the view does, so that what is public stays free of sessions; but before
    anything is written, also where the view signs people in by itself, as those of the API do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user
        if not request.path_info.startswith(reverse("admin:index")):
            seen_as: Any = SimpleLazyObject(lambda: _seen_as(request, signed_in))
            request.user = seen_as
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.url_name in (*WAYS_OUT, *COLLECTION):
            return None
        is_of_account = request.path_info.startswith(reverse("profile").removesuffix("profile/"))
        is_closed = is_of_account or request.method not in SAFE_METHODS
        if is_closed and getattr(request.user, "impersonation", None) is not None:
            return _refused(request)
        return None


def _refused(request: HttpRequest) -> HttpResponse:
    """Return the page that says why nothing was done, with the ways out."""
    back_url = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(back_url, {request.get_host()}, request.is_secure()):
        back_url = reverse("site_list")
    context = {"back_url": back_url}
    answer = render(request, "accounts/impersonation_refused.html", context, status=403)
    add_never_cache_headers(answer)
    return answer


def _seen_as(request: HttpRequest, signed_in: Any) -> Any:
    """Return the owner as whom staff look, or who is signed in."""
    if not signed_in.is_authenticated or SESSION_KEY not in request.session:
        return signed_in
    stored = request.session[SESSION_KEY]
    until = dt.datetime.fromtimestamp(stored["until"], dt.UTC)
    owner = User.objects.filter(pk=stored["owner"]).first()
    if owner is None or timezone.now() >= until or not may_impersonate(signed_in, owner):
        return signed_in
    owner.impersonation = Impersonation(signed_in, until)
    return owner
