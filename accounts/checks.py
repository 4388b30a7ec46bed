"""Combinations of settings that would do harm silently."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.http.request import validate_host

from accounts.address import trusted_networks


@register
def check_trusted_proxies(**_: Any) -> list[CheckMessage]:
    try:
        trusted_networks(tuple(settings.TRUSTED_PROXIES))
    except ValueError as error:
        return [
            Error(
                f"TRUSTED_PROXIES has an entry that is no network: {error}.",
                hint="List addresses or CIDR networks: TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8",
                id="accounts.E001",
            )
        ]
    return []


@register
def check_redirect_to_https(**_: Any) -> list[CheckMessage]:
    if not settings.SECURE_SSL_REDIRECT or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "Requests are redirected to https, and no proxy is trusted that could end it.",
            hint="Set TRUSTED_PROXIES to the proxy's address, or SSL_REDIRECT=false behind it.",
            id="accounts.W002",
        )
    ]


@register
def check_links_in_mails(**_: Any) -> list[CheckMessage]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not settings.IS_MAIL_CONFIGURED or validate_host(host, settings.ALLOWED_HOSTS):
        return []
    return [
        Warning(
            f"Links in mails lead to {settings.SITE_URL}, which ALLOWED_HOSTS does not serve.",
            hint="Set SITE_URL to the address under which people reach this installation.",
            id="accounts.W001",
        )
    ]
