"""How often somebody may guess: counted by allauth, as failed sign-ins are."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse


def begin_attempt(
    request: HttpRequest, action: str, rates: str, key: str
) -> ratelimit.RateLimitUsage | None:
    """Count an attempt and return it, None when there were too many. A right one takes itself back.

    `rates` are such as `20/m/ip,5/5m/key`: so many of an address in a minute, and so many for the key in
    five.
    """
    return ratelimit.consume(
        request, app="accounts", action=action, config={action: rates}, key=key
    )


def client_key(request: HttpRequest, key: str) -> str:
    """Return a key that each address has for itself."""
    return f"{ratelimit.get_ip(request)}:{key}"


def too_many_attempts(request: HttpRequest, pause_seconds: int) -> HttpResponse:
    response = ratelimit.respond_429(request)
    response["Retry-After"] = str(pause_seconds)
    return response
