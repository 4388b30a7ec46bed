"""Two questions of operators: does the process answer, and can it do its work?"""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.language import for_programs
from visits.collect.spool_state import SpoolState, spool_state
from visits.collect.writer import open_spool

log = structlog.get_logger(__name__)


@for_programs
@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process lives; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@for_programs
@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200, or 503 when the database cannot be read or the spool takes no more hits."""
    is_database_ready = _is_database_ready()
    spool = _spool_state()
    is_ready = is_database_ready and spool is not SpoolState.FULL
    checks = {"database": "ok" if is_database_ready else "unavailable", "spool": spool.value}
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", "checks": checks},
        status=200 if is_ready else 503,
    )


def _is_database_ready() -> bool:
    try:
        # A table of ours, not SELECT 1: an empty database cannot store hits either.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM sites_site LIMIT 1")
    except Error as error:
        log.warning("database_unavailable", error=type(error).__name__)
        return False
    return True


def _spool_state() -> SpoolState:
    spool = open_spool()
    state = spool_state(spool.path, spool.max_bytes)
    if state in (SpoolState.FULL, SpoolState.UNREADABLE):
        log.warning("spool_unavailable", state=state.value)
    return state
