"""Origins of pages that may show something of ours in a frame: `https://example.com`."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from sites.domain import InvalidDomain, normalise_hostname

ORIGINS_AT_MOST = 20
# For trying things out: browsers take these for as safe as https.
LOCAL_HOSTS = ("localhost", "127.0.0.1")
HTTPS_PORT, HTTP_PORT = 443, 80


class InvalidOrigin(ValueError):
    """The text is no origin; the message is a sentence for the person who typed it."""


def normalise_origins(text: str) -> str:
    """Return origins of one a line, each once. Raises InvalidOrigin for the first wrong one."""
    origins = dict.fromkeys(normalise_origin(line) for line in text.split())
    if len(origins) > ORIGINS_AT_MOST:
        raise InvalidOrigin(_("Name %(number)s addresses at most.") % {"number": ORIGINS_AT_MOST})
    return "\n".join(origins)


def normalise_origin(text: str) -> str:
    """Return the origin of a page's address, or of a bare host: `https://example.com:8443`.

    It has a host name of letters, digits, hyphens and dots, and nothing that a header would read in
    another way. Raises InvalidOrigin.
    """
    hint = InvalidOrigin(
        _("“%(text)s” is not an address such as https://example.com.") % {"text": text[:80]}
    )
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = normalise_hostname(parts.hostname or ""), parts.port
    except (InvalidDomain, ValueError) as error:
        raise hint from error
    if parts.username is not None or _is_foreign_address(host):
        raise hint
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL_HOSTS):
        raise InvalidOrigin(
            _("“%(text)s” must begin with https: browsers keep such pages unchanged on their way.")
            % {"text": text[:80]}
        )
    usual_port = HTTPS_PORT if parts.scheme == "https" else HTTP_PORT
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual_port else "")


def _is_foreign_address(host: str) -> bool:
    """Tell whether a host is an IP address; a policy of frames knows 127.0.0.1 alone."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return host not in LOCAL_HOSTS
