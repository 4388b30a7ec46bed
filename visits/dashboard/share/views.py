"""The password of a shared link: the only thing that its readers send."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.attempts import begin_attempt, client_key, too_many_attempts
from visits.dashboard.share.gate import find_link, kept_private
from visits.dashboard.share.password import PasswordForm, locked_page, unlock

# Wrong passwords: of an address, of an address for one link, and of everybody for one link. The last is
# wide, so that nobody who knows a link can keep its readers out by guessing.
OF_ADDRESS, OF_LINK = "20/m/ip,5/5m/key", "100/h/key"
PAUSE_SECONDS = 5 * 60


@login_not_required
@require_POST
def shared_password(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a link for who knows its password.

    1. an attempt is counted before it is judged: a hundred at once are as many
    2. a right password is no attempt, and gives the browser its cookie
    """
    link = find_link(slug, timezone.now())
    report_url = _report_url(request, slug)
    if not link.has_password:
        return redirect(report_url)
    # What is refused to an address does not count for the link.
    of_address = begin_attempt(request, "share_password", OF_ADDRESS, client_key(request, slug))
    of_link = of_address and begin_attempt(request, "share_link", OF_LINK, slug)
    if not (of_address and of_link):
        return too_many_attempts(request, PAUSE_SECONDS)
    form = PasswordForm(request.POST, link=link)
    if not form.is_valid():
        return kept_private(locked_page(request, link, form))
    for attempt in (of_address, of_link):
        attempt.rollback()
    response = redirect(report_url)
    unlock(response, link)
    return kept_private(response)


def _report_url(request: HttpRequest, slug: str) -> str:
    """Return the report with the choice that the reader came with."""
    address, query = reverse("shared_report", args=[slug]), request.GET.urlencode()
    return f"{address}?{query}" if query else address
