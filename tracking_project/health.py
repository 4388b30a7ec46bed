"""Two questions of operators: does the process answer, and can it do its work?"""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = structlog.get_logger(__name__)


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process lives; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when hits can be stored, 503 when the database cannot be read."""
    is_database_ready = _is_database_ready()
    checks = {"database": "ok" if is_database_ready else "unavailable"}
    return JsonResponse(
        {"status": "ok" if is_database_ready else "unavailable", "checks": checks},
        status=200 if is_database_ready else 503,
    )


def _is_database_ready() -> bool:
    try:
        # A table of ours, not SELECT 1: an empty database cannot store hits either.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM sites_site LIMIT 1")
    except DatabaseError as error:
        log.warning("database_unavailable", error=type(error).__name__)
        return False
    return True
