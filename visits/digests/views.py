"""The page that a mail leads to, to get no more of them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from visits.digests.subscription import (
    SubscriptionForm,
    Wish,
    recipient_of,
    subscribe_again,
    unsubscribe,
)
from visits.models import Recipient


# Mail programs post here by themselves, without having opened a page: https://www.rfc-editor.org/rfc/rfc8058.
# The signed address stands for the token of a form: a page elsewhere that knows it got the mail.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to leave the list of a report, leave it, or come back."""
    recipient = recipient_of(token)
    if recipient is None:
        raise Http404
    if request.method == "POST":
        return _answer(request, recipient, token)
    return _page(request, recipient)


def _answer(request: HttpRequest, recipient: Recipient, token: str) -> HttpResponse:
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    wish, now = form.cleaned_data["wish"], timezone.now()
    if wish == Wish.COME_BACK:
        subscribe_again(recipient, now)
    else:
        unsubscribe(recipient, now)
    if wish:
        return redirect("mail_unsubscribe", token=token)
    # A mail program follows no redirect.
    recipient.refresh_from_db()
    return _page(request, recipient)


def _page(request: HttpRequest, recipient: Recipient) -> HttpResponse:
    context = {
        "report": recipient.schedule.report,
        "is_subscribed": recipient.unsubscribed_at is None,
        "wish": Wish.LEAVE if recipient.unsubscribed_at is None else Wish.COME_BACK,
    }
    return render(request, "visits/mail_unsubscribe.html", context)
