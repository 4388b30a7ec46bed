"""One log line a request: what was asked by route, never who asked."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)


class RequestLogMiddleware:
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
