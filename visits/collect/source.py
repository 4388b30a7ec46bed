"""Where a visit comes from: the proper name of the site, app or newsletter that linked here."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from visits.collect.page import CampaignKey, clean_hostname, is_hostname_of
from visits.collect.text import clean_text
from visits.models.dimension import HOSTNAME_MAX_LENGTH, NAME_MAX_LENGTH, REFERRER_MAX_LENGTH

DATA = Path(__file__).resolve().parent.parent / "data"
HOSTS_REMEMBERED = 8192
REFERRERS_REMEMBERED = 8192
REFERRER_REMEMBERED_MAX_LENGTH = 500
# What nearly every browser sends: printable ASCII, a host and perhaps a port. Everything else goes
# through urlsplit, which takes four times as long and finds the same.
PLAIN_REFERRER = re.compile(r"https?://([A-Za-z0-9_.-]+)(?::[0-9]*)?((?:/[!\"$->@-~]*)?)")
REFERRER_SCHEMES = ("http", "https", "android-app")
# Endings that some countries put before their own: google.co.uk, amazon.com.au.
SECOND_LEVEL_ENDINGS = ("co", "com", "edu", "it", "net", "ne", "org")
HOST_LIKE = re.compile(r"[\w-]+(?:\.[\w-]+)+")
# Web mail that runs on a host of one's own, such as webmail.example.edu.
MAIL_LABELS = ("mail", "webmail", "email", "owa", "roundcube", "zimbra")


class SourceKind(enum.StrEnum):
    DIRECT = "direct"
    SEARCH = "search"
    SOCIAL = "social"
    VIDEO = "video"
    SHOPPING = "shopping"
    EMAIL = "email"
    AI = "ai"
    REFERRAL = "referral"


class SourceName(NamedTuple):
    """A source. `referrer` is host and path of the linking page; name and referrer of a direct
    visit are empty."""

    name: str
    referrer: str
    kind: SourceKind


class NamedSource(NamedTuple):
    name: str
    kind: SourceKind


class Referrer(NamedTuple):
    """What a referrer says: the host (an Android app's package name) that links here, and its source."""

    host: str
    source: SourceName
    is_spam: bool


NamedSources = dict[str, NamedSource]
DIRECT = SourceName("", "", SourceKind.DIRECT)
NO_REFERRER = Referrer("", DIRECT, is_spam=False)


def resolve_source(
    referrer: str, hostname: str, domain: str, campaign: CampaignKey, ref: str
) -> SourceName:
    """Return the source of a hit on `hostname`, a host of the site `domain`.

    1. What the link calls itself (utm_source, otherwise `ref`) gives the name; one that is known by
       that name, short name or host gives its kind too.
    2. Otherwise the referring host gives name and kind: a proper name when it is known, else the
       host without “www.”.
    3. The site's own hosts, and what is neither a web page nor an Android app, are direct.

    Texts are cut to the lengths of their columns. Never raises.
    """
    host, source, _ = _read_referrer(referrer)
    if host == hostname or is_hostname_of(host, domain):
        source = DIRECT
    tag = campaign.utm_source or ref
    if not tag:
        return source
    named = _named_by_tag(tag) or NamedSource(tag, SourceKind.REFERRAL)
    return SourceName(named.name[:NAME_MAX_LENGTH], source.referrer, named.kind)


def is_referrer_spam(referrer: str) -> bool:
    """Return whether a referrer's host, or a host above it, is a known spammer's."""
    return _read_referrer(referrer).is_spam


def _read_referrer(referrer: str) -> Referrer:
    """Return what a referrer says; its query and fragment say nothing and are not remembered."""
    address = referrer.strip().partition("?")[0].partition("#")[0]
    is_long = len(address) > REFERRER_REMEMBERED_MAX_LENGTH
    return _referrer.__wrapped__(address) if is_long else _referrer(address)


@lru_cache(maxsize=REFERRERS_REMEMBERED)
def _referrer(address: str) -> Referrer:
    host, page = _split_referrer(address)
    if not host:
        return NO_REFERRER
    (name, kind), is_spam = _host_facts(host)
    return Referrer(host, SourceName(name[:NAME_MAX_LENGTH], page, kind), is_spam)


@lru_cache(maxsize=HOSTS_REMEMBERED)
def _host_facts(host: str) -> tuple[NamedSource, bool]:
    """Return the source that a host is, and whether the host is a spammer's."""
    return _named_by_host(host), any(parent in SPAMMERS for parent in _with_parents(host))


def _split_referrer(address: str) -> tuple[str, str]:
    """Return the clean host (an Android app's package name) of a referrer, and host with path."""
    plain = PLAIN_REFERRER.fullmatch(address)
    if plain is not None:
        host, path = plain.groups()
    else:
        host, path = _split_strange(address)
    host = clean_text(clean_hostname(host), HOSTNAME_MAX_LENGTH)
    return host, clean_text(host + path, REFERRER_MAX_LENGTH)


def _split_strange(address: str) -> tuple[str, str]:
    """Return host and path of an address that is not plain; both are empty when it is no referrer."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    if not parts.hostname or parts.scheme not in REFERRER_SCHEMES:
        return "", ""
    # The path that an app gives is an address for the app, not a page.
    return parts.hostname, "" if parts.scheme == "android-app" else parts.path


@lru_cache(maxsize=HOSTS_REMEMBERED)
def _named_by_tag(tag: str) -> NamedSource | None:
    """Return the source that a utm_source or ref means: a name, a short name or a host."""
    tag = tag.lower()
    if tag in SHORT_NAMES:
        return SHORT_NAMES[tag]
    if "." not in tag:
        return None
    host, _ = _split_referrer((tag if "://" in tag else f"https://{tag}").strip())
    return _named_by_host(host) if HOST_LIKE.fullmatch(host) else None


def _named_by_host(host: str) -> NamedSource:
    bare = host.removeprefix("www.")
    for spelling in _spellings(bare):
        if spelling in SEARCH_HOSTS:
            return SEARCH_HOSTS[spelling]
    for parent in _with_parents(bare):
        for spelling in _spellings(parent):
            if spelling in OTHER_HOSTS:
                return OTHER_HOSTS[spelling]
    is_mail = bare.partition(".")[0] in MAIL_LABELS
    return NamedSource(bare, SourceKind.EMAIL if is_mail else SourceKind.REFERRAL)


def _with_parents(host: str) -> Iterator[str]:
    """Yield a host and the hosts above it: a.b.example.com, b.example.com, example.com, com."""
    while host:
        yield host
        host = host.partition(".")[2]


def _spellings(host: str) -> Iterator[str]:
    """Yield the ways in which the lists may write a host; `{}` stands there for a country."""
    yield host
    labels = host.split(".")
    if len(labels) < 2:
        return
    if len(labels[0]) == 2:
        yield ".".join(("{}", *labels[1:]))
    if len(labels[-1]) == 2:
        is_second_level = len(labels) > 2 and labels[-2] in SECOND_LEVEL_ENDINGS
        yield ".".join((*labels[: -2 if is_second_level else -1], "{}"))


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _hosts_of(names: dict[str, list[str]], kind: SourceKind) -> NamedSources:
    return {
        host.lower(): NamedSource(name, kind) for name, hosts in names.items() for host in hosts
    }


def _known_hosts() -> tuple[NamedSources, NamedSources]:
    """Return the hosts of search engines, which count for themselves, and all others.

    A search engine's other hosts are other services: docs.google.com is no search. Every host below
    another kind's host belongs to it: en-gb.facebook.com is Facebook. Our own list goes first.
    """
    own = {SourceKind(kind): names for kind, names in _read("named_sources.json").items()}
    others = _hosts_of(_read("social_networks.json"), SourceKind.SOCIAL)
    for kind, names in own.items():
        if kind is not SourceKind.SEARCH:
            others.update(_hosts_of(names, kind))
    search = _hosts_of(_read("search_engines.json"), SourceKind.SEARCH)
    search = {host: named for host, named in search.items() if host not in others}
    search.update(_hosts_of(own[SourceKind.SEARCH], SourceKind.SEARCH))
    return search, others


def _short_names() -> NamedSources:
    """Return sources by their lower-case names, and by names without a dot among their hosts.

    The names of the search engine list are left out: “Inbox”, “Orange” and “Free” mean other things
    in a utm_source.
    """
    own = _hosts_of(_read("named_sources.json")["search"], SourceKind.SEARCH)
    known = (*OTHER_HOSTS.items(), *own.items())
    aliases = {host: named for host, named in known if "." not in host}
    return {named.name.lower(): named for _, named in known} | aliases


SEARCH_HOSTS, OTHER_HOSTS = _known_hosts()
SHORT_NAMES = _short_names()
SPAMMERS = frozenset[str](_read("spammers.json"))
