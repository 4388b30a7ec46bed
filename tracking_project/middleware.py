"""What happens around every request: a log line, a gate, a language, and no cache for what is private."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import has_vary_header, patch_cache_control, patch_vary_headers

from accounts.disclosure import disclosing
from accounts.language import browser_language, chosen_language

log = structlog.get_logger(__name__)

FIXED_LANGUAGE = "tracking.fixed_language"


class RequestLogMiddleware:
    """Logs what was asked by its route, never who asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started_at = time.perf_counter()
        response = self.get_response(request)
        log.info(
            "request",
            method=request.method,
            # The route, not the path: a path may carry a secret such as a reset token.
            route=request.resolver_match.route if request.resolver_match else "",
            status=response.status_code,
            duration_ms=round((time.perf_counter() - started_at) * 1000, 1),
        )
        return response


class GateMiddleware(LoginRequiredMiddleware):
    """Lets through who is signed in, and asks nobody where everybody may go.

    Django's reads the session first, also for the tracker: then caches keep it for each cookie
    apart, and whoever sends one gets an error while the database is away.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class LanguageMiddleware:
    """Answers people in their language, and programs always in the same.

    Django's own lets every answer depend on Accept-Language, also the tracker. Who is signed in is
    asked only where the gate asks it too: a public page is the same for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Until the view is known, and for addresses without one.
        with translation.override(browser_language(request)):
            response = self.get_response(request)
            language = translation.get_language() or settings.LANGUAGE_CODE
        if FIXED_LANGUAGE not in request.META:
            patch_vary_headers(response, ["Accept-Language"])
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> None:
        language = _fixed_language(request, view_func)
        if language:
            request.META[FIXED_LANGUAGE] = language
            translation.activate(language)


def _fixed_language(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> str:
    """Return the language of the answer whatever the browser asks for, "" when there is none."""
    match = request.resolver_match
    is_admin = match is not None and match.app_name == "admin"
    # Half of the admin's words are names of tables and columns, which have no other language.
    if is_admin or getattr(view, "is_for_programs", False):
        return settings.LANGUAGE_CODE
    if getattr(view, "login_required", True):
        return chosen_language(request.user)
    return ""


class DisclosureMiddleware:
    """Lets the pages of the admin call people by their names, where staff may know them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with disclosing(request):
            return self.get_response(request)


class PrivatePagesMiddleware:
    """Keeps out of every cache what depends on the session, unless its view has said more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The session names the cookie in Vary as soon as anything was read from it.
        if has_vary_header(response, "Cookie") and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response
