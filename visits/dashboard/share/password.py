"""The password of a shared link, and the cookie of those who knew it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from visits.models import SharedLink

COOKIE_SECONDS = 14 * 24 * 3600
SALT = "visits.dashboard.share.password"
PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 200


class PasswordForm(forms.Form):
    """What a reader types to see a report."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, link: SharedLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.link.is_password(password):
            raise forms.ValidationError(_("That is not the password of this report."))
        return password


def locked_page(
    request: HttpRequest, link: SharedLink, form: PasswordForm | None = None
) -> HttpResponse:
    """Ask for the password. Nothing tells whose report it is."""
    if HtmxDetails(request):
        # A part of a page whose cookie has run out: the page says in place that it did not come.
        return HttpResponse(status=403)
    query = request.GET.urlencode()
    address = reverse("shared_password", args=[link.slug])
    context = {
        "form": form or PasswordForm(link=link),
        "action": f"{address}?{query}" if query else address,
    }
    return render(request, "visits/share/password.html", context)


def cookie_name() -> str:
    return "__Secure-share" if settings.SESSION_COOKIE_SECURE else "share"


def is_unlocked(request: HttpRequest, link: SharedLink) -> bool:
    """Tell whether the reader needs no password, or has a cookie that says that it was known."""
    if not link.has_password:
        return True
    try:
        proof = _signer(link).unsign(request.COOKIES.get(cookie_name(), ""), max_age=COOKIE_SECONDS)
    except BadSignature:
        return False
    return constant_time_compare(proof, _proof(link))


def unlock(response: HttpResponse, link: SharedLink) -> None:
    """Give the browser a cookie that opens this link and no other, until its password changes."""
    response.set_cookie(
        cookie_name(),
        _signer(link).sign(_proof(link)),
        max_age=COOKIE_SECONDS,
        path=reverse("shared_report", args=[link.slug]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _signer(link: SharedLink) -> TimestampSigner:
    return TimestampSigner(salt=f"{SALT}.{link.slug}")


def _proof(link: SharedLink) -> str:
    """Return what changes with the password, and does not tell its hash."""
    return salted_hmac(SALT, f"{link.slug}:{link.password}", algorithm="sha256").hexdigest()
