"""The page that a hit is about, and what its URL says of the way there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, unquote_plus, unquote_to_bytes, urlsplit

import idna

from visits.collect.text import clean_text
from visits.models.dimension import (
    HOSTNAME_MAX_LENGTH,
    NAME_MAX_LENGTH,
    PATH_MAX_LENGTH,
    UTM_MAX_LENGTH,
)

WEB_SCHEMES = ("http", "https")
HOSTNAMES_REMEMBERED = 4096
PATHS_REMEMBERED = 4096
VALUES_REMEMBERED = 1024
# What nearly every browser sends: printable ASCII, a host and perhaps a port. Everything else goes
# through urlsplit, which takes four times as long and finds the same.
PLAIN_URL = re.compile(
    r"https?://([A-Za-z0-9_.-]+)(?::[0-9]*)?((?:/[!\"$->@-~]*)?)(?:\?([!\"$-~]*))?(?:#([!-~]*))?"
)
# How routers write a route behind the #; a plain word is a place within the page.
ROUTE_BEGINNINGS = ("/", "!")
# What is left of a host name in punycode, and of an IPv6 address.
HOSTNAME = re.compile(r"[a-z0-9_.:-]+")
ESCAPED_RUN = re.compile("(?:%[0-9A-Fa-f]{2})+")
# Decoded, these would mean something else: /a%2Fb and /a/b are two pages, and “/100%25” is no escape.
RESERVED_ESCAPES = re.compile(b"[%/?#]")
UTM_PARAMETERS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
# Parameters that an advertising network adds to the address of an advertisement that was clicked.
# Not fbclid, which Facebook adds to every link. Google, Microsoft, X, TikTok, LinkedIn, Reddit,
# Snapchat and Yandex document theirs in the help pages for advertisers; as of November 2026.
CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "dclid", "msclkid", "twclid", "ttclid", "li_fat_id", "rdt_cid",
    "sccid", "yclid",
)  # fmt: skip
REFERRER_PARAMETERS = ("ref", "source")
PARAMETERS_READ = (*UTM_PARAMETERS, *CLICK_IDS, *REFERRER_PARAMETERS)
PARAMETER = re.compile(rf"(?:^|&)({'|'.join(PARAMETERS_READ)})=([^&]+)", re.ASCII | re.IGNORECASE)


class InvalidUrl(ValueError):
    """The URL of a page cannot be understood; the message is a sentence for its sender."""


class PageKey(NamedTuple):
    hostname: str
    path: str


class CampaignKey(NamedTuple):
    """The five utm_ values as sent; empty ones were not sent."""

    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""


NO_CAMPAIGN = CampaignKey()


class CleanPage(NamedTuple):
    """A page and how it was reached. `click_id` is the name of an advertisement's parameter, if any."""

    page: PageKey
    campaign: CampaignKey
    ref: str
    click_id: str


def clean_page(url: str, domain: str) -> CleanPage:
    """Return the page and the campaign in a URL; a relative one belongs to `domain`.

    The hostname is in lower case and punycode, without port. The path is decoded where it is valid
    UTF-8, except for the escapes of `%`, `/`, `?` and `#`, and begins with a slash. The query is
    dropped once the campaign, `ref` or `source`, and click ids have been read from it. The fragment
    is dropped unless it is a route: /app#/settings and /app#/help are two pages. Texts are cut to the
    lengths of their columns. Raises InvalidUrl.
    """
    hostname, path, query = _split(url)
    page = PageKey(domain if hostname is None else hostname, _clean_path(path))
    parameters = _read_parameters(query) if "=" in query else None
    if not parameters:
        return CleanPage(page, NO_CAMPAIGN, "", "")
    return CleanPage(
        page=page,
        campaign=_campaign(parameters),
        ref=next((parameters[name] for name in REFERRER_PARAMETERS if name in parameters), ""),
        click_id=next((name for name in CLICK_IDS if name in parameters), ""),
    )


def is_hostname_of(hostname: str, domain: str) -> bool:
    """Return whether a clean hostname is `domain` itself or a subdomain of it."""
    return hostname == domain or hostname.endswith(f".{domain}")


def clean_hostname(hostname: str) -> str:
    """Return a hostname in lower case and punycode, without its trailing dot.

    What cannot be written in punycode is returned as it is, in lower case.
    """
    # Longer ones are no hostnames, and would fill the memory of thousands.
    is_long = len(hostname) > HOSTNAME_MAX_LENGTH
    return _hostname_of.__wrapped__(hostname) if is_long else _hostname_of(hostname)


@lru_cache(maxsize=HOSTNAMES_REMEMBERED)
def _hostname_of(hostname: str) -> str:
    bare = hostname.lower().removesuffix(".")
    if bare.isascii() or len(bare) > HOSTNAME_MAX_LENGTH:
        return bare
    try:
        return idna.encode(bare, uts46=True).decode("ascii").removesuffix(".")
    except UnicodeError:
        return bare


def _split(url: str) -> tuple[str | None, str, str]:
    """Return clean hostname (None in a relative URL), path and query of a URL. Raises InvalidUrl."""
    plain = PLAIN_URL.fullmatch(url)
    if plain is not None:
        host, path, query, fragment = plain.groups("")
        return _checked(clean_hostname(host)), _with_route(path, fragment), query
    parts = _split_strange(url)
    hostname = _hostname(parts) if parts.netloc else None
    return hostname, _with_route(parts.path, parts.fragment), parts.query


def _with_route(path: str, fragment: str) -> str:
    """Return the path with the route that a page of one document keeps behind the #, if it does."""
    if not fragment.startswith(ROUTE_BEGINNINGS):
        return path
    return f"{path or '/'}#{fragment.partition('?')[0]}"


def _split_strange(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise InvalidUrl("The URL is not an address that a browser could open.") from error
    if parts.scheme not in ("", *WEB_SCHEMES):
        raise InvalidUrl("The URL must begin with http:// or https://, or be relative.")
    if parts.scheme and not parts.netloc:
        raise InvalidUrl("The URL has no host name.")
    return parts


def _hostname(parts: SplitResult) -> str:
    # Browsers read a backslash as the slash that ends the host; Python reads it as part of the user.
    return _checked("" if "\\" in parts.netloc else clean_hostname(parts.hostname or ""))


def _checked(hostname: str) -> str:
    if not hostname:
        raise InvalidUrl("The URL has no host name.")
    # Cutting a host name would make another one of it.
    if len(hostname) > HOSTNAME_MAX_LENGTH:
        raise InvalidUrl(f"The host name has more than {HOSTNAME_MAX_LENGTH} characters.")
    if not HOSTNAME.fullmatch(hostname):
        raise InvalidUrl("The host name has characters that no host name has.")
    return hostname


def _clean_path(path: str) -> str:
    # Long ones are rare, and would fill the memory of thousands.
    return _path_of(path) if len(path) <= PATH_MAX_LENGTH else _path_of.__wrapped__(path)


@lru_cache(maxsize=PATHS_REMEMBERED)
def _path_of(path: str) -> str:
    decoded = ESCAPED_RUN.sub(_decode_run, path) if "%" in path else path
    clean = clean_text(decoded, PATH_MAX_LENGTH)
    return clean if clean.startswith("/") else f"/{clean}"[:PATH_MAX_LENGTH]


def _decode_run(run: re.Match[str]) -> str:
    """Return a run of percent escapes as text, or as it is when it is not UTF-8."""
    escaped = RESERVED_ESCAPES.sub(lambda byte: b"%%%02X" % ord(byte[0]), unquote_to_bytes(run[0]))
    try:
        return escaped.decode()
    except UnicodeDecodeError:
        return run[0]


def _read_parameters(query: str) -> dict[str, str]:
    """Return the parameters that say where a visit comes from; the first of a name counts."""
    parameters: dict[str, str] = {}
    for name, value in PARAMETER.findall(query):
        name = name.lower()
        if name not in parameters:
            # Of a click id only the name is kept, and its value is another one for each visitor.
            parameters[name] = value if name in CLICK_IDS else _clean_value(value)
    return parameters


def _clean_value(value: str) -> str:
    # Long ones are rare, and would fill the memory of thousands.
    return _value_of(value) if len(value) <= NAME_MAX_LENGTH else _value_of.__wrapped__(value)


@lru_cache(maxsize=VALUES_REMEMBERED)
def _value_of(value: str) -> str:
    return clean_text(unquote_plus(value), NAME_MAX_LENGTH)


def _campaign(parameters: dict[str, str]) -> CampaignKey:
    return CampaignKey(*(parameters.get(name, "")[:UTM_MAX_LENGTH] for name in UTM_PARAMETERS))
