"""The patterns of exclusions: from what a person types to what hits are compared with."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from sites.country import country_names
from sites.domain import InvalidDomain, normalise_hostname, readable_domain

ANY_SUBDOMAIN = "*."
HOSTNAMES_AT_MOST = 100
# A shorter text is part of most user agents.
AGENT_MIN_LENGTH = 3
# What all browsers begin their user agent with.
EVERY_BROWSER = "mozilla/5.0 ("
# A route is what a page of one document keeps behind the #, see visits.collect.page.
PATH_AND_ROUTE = re.compile(r"[^?#]*(?:#[/!][^?#]*)?", re.DOTALL)
EVERY_PAGE = re.compile(r"(?:/\*\*+)+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class InvalidPattern(ValueError):
    """The text is no pattern of its kind; the message is a sentence for the person who typed it."""


def normalise_pattern(kind: str, text: str) -> str:
    """Return the pattern of an exclusion of a kind (Exclusion.Kind). Raises InvalidPattern."""
    return NORMALISERS[kind](text.strip())


def normalise_hostnames(text: str) -> str:
    """Return hostnames of one a line, each once. Raises InvalidPattern for the first wrong one."""
    hostnames = dict.fromkeys(normalise_hostname_pattern(line) for line in text.split())
    if len(hostnames) > HOSTNAMES_AT_MOST:
        raise InvalidPattern(
            _("A site has %(number)s hostnames at most.") % {"number": HOSTNAMES_AT_MOST}
        )
    return "\n".join(hostnames)


def normalise_address(text: str) -> str:
    """Return an address, or a range in CIDR notation without the bits that its size leaves open."""
    host = text.removeprefix("[").removesuffix("]")
    try:
        network = ipaddress.ip_network(host, strict=False)
    except ValueError as error:
        raise InvalidPattern(_address_hint(text)) from error
    network = _unmapped(network)
    if network.prefixlen == 0:
        raise InvalidPattern(_("This range is every address: nobody would be counted."))
    return str(network.network_address if network.num_addresses == 1 else network)


def normalise_hostname_pattern(text: str) -> str:
    """Return `example.com`, or `*.example.com` for all hosts below it; of a URL, its host."""
    is_wild = text.startswith(ANY_SUBDOMAIN)
    host = text.removeprefix(ANY_SUBDOMAIN)
    if "*" in host:
        raise InvalidPattern(_("A “*” can only stand in front, as in *.example.com."))
    try:
        hostname = normalise_hostname(host)
    except InvalidDomain as error:
        raise InvalidPattern(str(error)) from error
    return f"{ANY_SUBDOMAIN}{hostname}" if is_wild else hostname


def readable_hostname_pattern(pattern: str) -> str:
    """Return a hostname with its wildcard as people write it: `*.xn--bcher-kva.de` -> `*.bücher.de`."""
    prefix = ANY_SUBDOMAIN if pattern.startswith(ANY_SUBDOMAIN) else ""
    return f"{prefix}{readable_domain(pattern.removeprefix(prefix))}"


def normalise_page(text: str) -> str:
    """Return the path of a page, and its route behind a #, with wildcards and a slash in front."""
    if "://" in text:
        raise InvalidPattern(_("Write the path without the hostname, for example /admin/**."))
    if not PATH_AND_ROUTE.fullmatch(text):
        raise InvalidPattern(
            _(
                "Leave out the “?” or “#” and what follows: a page is its path, and a route behind"
                " a “#”, which begins with a slash, as in /app#/settings."
            )
        )
    path = text if text.startswith("/") else f"/{text}"
    if CONTROL_CHARACTERS.search(path):
        raise InvalidPattern(_("A path has no line breaks and no other control characters."))
    if EVERY_PAGE.fullmatch(path):
        raise InvalidPattern(_("This is every page: nothing would be counted."))
    return path


def normalise_country(text: str) -> str:
    """Return the code of a country in capitals."""
    code = text.upper()
    if code not in country_names():
        raise InvalidPattern(
            _("“%(text)s” is not the code of a country, such as FR.") % {"text": text[:40]}
        )
    return code


def normalise_agent(text: str) -> str:
    """Return a text that user agents have in them; its spaces count, its capitals do not."""
    if CONTROL_CHARACTERS.search(text):
        raise InvalidPattern(_("A user agent has no line breaks and no other control characters."))
    words = text.replace("*", "").strip()
    if len(words) < AGENT_MIN_LENGTH:
        raise InvalidPattern(
            _("Write %(number)s characters or more: a shorter text is part of most user agents.")
            % {"number": AGENT_MIN_LENGTH}
        )
    if words.lower() in EVERY_BROWSER:
        raise InvalidPattern(_("Every browser calls itself that: nobody would be counted."))
    return text


def is_address_within(address: str, patterns: Iterable[str]) -> bool:
    """Return whether an address is in one of the ranges.

    An address that cannot be read is in none, and nothing is in a range that cannot be read.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in map(_read_network, patterns) if network)


NORMALISERS: dict[str, Callable[[str], str]] = {
    "address": normalise_address,
    "hostname": normalise_hostname_pattern,
    "page": normalise_page,
    "country": normalise_country,
    "agent": normalise_agent,
}


def _read_network(pattern: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Return a stored range, None for what another program wrote and nobody can read."""
    try:
        return ipaddress.ip_network(pattern, strict=False)
    except ValueError:
        return None


def _unmapped(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return an IPv4 range that was written as IPv6 (::ffff:203.0.113.0/120) as what hits have."""
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < 96:
        return network
    return ipaddress.IPv4Network((mapped, network.prefixlen - 96))


def _address_hint(text: str) -> str:
    if "*" in text or "-" in text:
        return _(
            "Write the range with a slash, for example 203.0.113.0/24 for 203.0.113.0 to .255."
        )
    sentence = _(
        "“%(text)s” is not an address. Write one such as 203.0.113.7 or 2001:db8::7,"
        " or a range such as 203.0.113.0/24."
    )
    return sentence % {"text": text[:60]}
