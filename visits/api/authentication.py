"""Who is asking, by the session of the browser."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class BrowserSession(SessionAuthentication):
    """Answers 401 to whoever is not signed in; without a scheme to name, the framework says 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
