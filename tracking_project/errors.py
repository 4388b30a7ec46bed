"""The error pages: what happened, and what to do."""

from __future__ import annotations

import secrets

import structlog
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = structlog.get_logger(__name__)


def error_id_of(request: HttpRequest) -> str:
    """Return the id under which the log knows this request's error; made on first use."""
    return str(request.META.setdefault("tracking.error_id", secrets.token_hex(4)))


@receiver(got_request_exception)
def log_unhandled_error(sender: object, request: HttpRequest | None = None, **_: object) -> None:
    error_id = error_id_of(request) if request is not None else ""
    log.exception("unhandled_error", error_id=error_id)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error_page(request, 403, is_csrf_failure=True)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _error_page(request, 500, error_id=error_id_of(request))


def _error_page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """Render without context processors: the database may be what failed."""
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)
