"""A site's domain: from what a person types to the host name that hits carry."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import idna
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DOMAIN_MAX_LENGTH = 253
# RFC 1123 labels; an underscore is no host name, though resolvers accept it.
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
EXAMPLE = gettext_lazy("Write the domain as visitors see it, for example example.com.")


class InvalidDomain(ValueError):
    """The text is not a domain; the message is a sentence for the person who typed it."""


def normalise_domain(text: str) -> str:
    """Return the bare host name of a typed domain or URL: lower case, punycode, no port, no “www.”.

    `https://Example.com/path` -> `example.com`; `bücher.de:8443` -> `xn--bcher-kva.de`.
    Addresses and localhost are kept, for trying things out. Raises InvalidDomain.
    """
    return _checked(_to_ascii(_host_of(text.strip())).removeprefix("www."), text)


def normalise_hostname(text: str) -> str:
    """Return the host name of a typed one or of a URL as normalise_domain does, with its “www.”."""
    return _checked(_to_ascii(_host_of(text.strip())), text)


def readable_domain(domain: str) -> str:
    """Return a domain as people write it: `xn--bcher-kva.de` -> `bücher.de`."""
    try:
        return idna.decode(domain)
    except UnicodeError:
        return domain


def _host_of(text: str) -> str:
    """Return the host in a URL or in a bare domain, without port and trailing dot."""
    if _is_address(text):
        # The colons of an IPv6 address without brackets would be read as a port.
        return text.lower()
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError as error:
        raise InvalidDomain(
            _("“%(text)s” is not a domain. %(example)s") % {"text": text[:80], "example": EXAMPLE}
        ) from error
    return host.rstrip(".")


def _checked(host: str, typed: str) -> str:
    if not host:
        raise InvalidDomain(str(EXAMPLE))
    if host == "localhost" or _is_address(host):
        return host
    labels = host.split(".")
    if len(host) > DOMAIN_MAX_LENGTH or not all(LABEL.fullmatch(label) for label in labels):
        raise InvalidDomain(
            _("“%(typed)s” is not a domain. %(example)s")
            % {"typed": typed.strip()[:80], "example": EXAMPLE}
        )
    if len(labels) < 2 or labels[-1].isdigit():
        raise InvalidDomain(
            _("“%(typed)s” has no ending such as .com or .org. %(example)s")
            % {"typed": typed.strip()[:80], "example": EXAMPLE}
        )
    return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise InvalidDomain(
            _("“%(host)s” is not a domain. %(example)s") % {"host": host[:80], "example": EXAMPLE}
        ) from error
