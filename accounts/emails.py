"""A person's e-mail addresses: they sign in with `User.email`; allauth's rows say what is confirmed.

A row that differs from `User.email` is a change that waits for its confirmation. It reserves
nothing: the address may still register, and asking for a new password with it leads nowhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User


def is_taken(address: EmailAddress) -> bool:
    """Tell whether somebody else signs in with this address."""
    return User.objects.filter(email=address.email).exclude(pk=address.user_id).exists()


def confirm_address(user: User) -> None:
    """Take the user's address as confirmed, without a mail, and drop every change that waits."""
    replace_address(user, user.email, is_confirmed=True)


def replace_address(user: User, email: str, *, is_confirmed: bool = False) -> EmailAddress:
    """Give the user another address at once. Return its row."""
    with transaction.atomic():
        release_address(email)
        EmailAddress.objects.filter(user=user).delete()
        user.email = email
        user.save(update_fields=["email"])
        return EmailAddress.objects.create(
            user=user, email=email, primary=True, verified=is_confirmed
        )


def request_change(request: HttpRequest, user: User, email: str) -> EmailAddress:
    """Note another address and mail it a link; it replaces the present one once it is confirmed."""
    with transaction.atomic():
        waiting = EmailAddress.objects.filter(user=user, verified=False)
        waiting.exclude(email=user.email).delete()
        address = EmailAddress.objects.create(user=user, email=email)
    send_verification_email_to_address(request, address)
    return address


def release_address(email: str) -> None:
    """Drop the changes to this address that wait for a confirmation, whoever asked for them."""
    waiting = EmailAddress.objects.filter(email=email, verified=False)
    waiting.exclude(user__email=email).delete()


def on_site_url(url: str) -> str:
    """Return `url` at SITE_URL: a link in a mail must not depend on a header of the request."""
    _, _, path, query, fragment = urlsplit(url)
    scheme, host, prefix, _, _ = urlsplit(settings.SITE_URL)
    return urlunsplit((scheme, host, prefix.rstrip("/") + path, query, fragment))
