"""What an owner does not want counted: a site's rules, ready to be compared with each hit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Self

from sites.glob import WILDCARD, Globs
from sites.models import Exclusion, Site
from visits.collect.page import clean_hostname, clean_page
from visits.models import RefusalReason

RULES_REMEMBERED = 256
# Names that lead to no public host: RFC 6761 (localhost, test), RFC 6762 (local), RFC 8375
# (home.arpa), and internal, which ICANN has kept free for private use since 2024.
LOCAL_NAMES = ("localhost", "local", "test", "internal", "home.arpa")
LOCAL_ENDINGS = tuple(f".{name}" for name in LOCAL_NAMES)
ANY_SUBDOMAIN = "*."

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Hostnames:
    """Hostnames by themselves, and endings such as `.example.com` that stand for all below them."""

    exact: frozenset[str]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Self:
        """Return the hostnames that patterns spell: `example.com` one, `*.example.com` all below it."""
        exact, endings = set(), []
        for pattern in patterns:
            name = clean_hostname(pattern.removeprefix(ANY_SUBDOMAIN))
            if pattern.startswith(ANY_SUBDOMAIN):
                endings.append(f".{name}")
            else:
                exact.add(name)
        return cls(frozenset(exact), tuple(endings))

    def match(self, hostname: str) -> bool:
        return hostname in self.exact or hostname.endswith(self.endings)


@dataclass(frozen=True, slots=True)
class Network:
    """The networks of a size: `numbers` are the leading bits of their addresses, `shift` the others."""

    version: int
    shift: int
    numbers: frozenset[int]

    def match(self, address: Address) -> bool:
        return address.version == self.version and int(address) >> self.shift in self.numbers


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a site. Each method returns why a hit is refused, None when it may be counted.

    The methods never raise, whatever was sent, and take no longer than some milliseconds on 500
    exclusions and the worst of texts; well below a microsecond together when there are none.
    """

    allowed: Hostnames
    counts_localhost: bool
    hostnames: Hostnames
    networks: tuple[Network, ...]
    exact_pages: frozenset[str]
    page_globs: Globs | None
    countries: frozenset[str]
    agent_words: tuple[str, ...]
    agent_globs: Globs | None

    @classmethod
    def of(cls, site: Site) -> Rules:
        """Return the rules of a site, with one query for its exclusions."""
        exclusions = tuple(site.exclusions.values_list("kind", "pattern"))
        return compile_rules(site.domain, site.hostnames, site.counts_localhost, exclusions)

    def refuse_hostname(self, hostname: str) -> RefusalReason | None:
        """Judge the clean hostname of a page (see visits.collect.page).

        Counted are the site's allowed hostnames, without any its domain and the subdomains of it,
        and hosts that only their developer sees where the owner counts these; all but the excluded.
        """
        if self.hostnames.match(hostname):
            return RefusalReason.HOSTNAME
        if self.allowed.match(hostname):
            return None
        if not _is_local(hostname):
            return RefusalReason.HOSTNAME
        return None if self.counts_localhost else RefusalReason.LOCALHOST

    def refuse_address(self, address: str) -> RefusalReason | None:
        """Judge the address of a sender; one that cannot be read is in no network."""
        if not self.networks:
            return None
        parsed = _parse_address(address)
        if parsed is None or not any(network.match(parsed) for network in self.networks):
            return None
        return RefusalReason.ADDRESS

    def refuse_page(self, path: str) -> RefusalReason | None:
        """Judge the clean path of a page: `*` is within a segment, `**` any depth, all else itself."""
        if path in self.exact_pages:
            return RefusalReason.PAGE
        if self.page_globs is not None and self.page_globs.match(path):
            return RefusalReason.PAGE
        return None

    def refuse_country(self, country: str) -> RefusalReason | None:
        """Judge an ISO 3166-1 alpha-2 code in capitals; the empty one is of no country."""
        return RefusalReason.COUNTRY if country in self.countries else None

    def refuse_agent(self, user_agent: str) -> RefusalReason | None:
        """Judge a user agent in either case: a pattern is within it, or, with `*`, all of it."""
        if not self.agent_words and self.agent_globs is None:
            return None
        agent = user_agent.lower()
        if any(word in agent for word in self.agent_words):
            return RefusalReason.AGENT
        if self.agent_globs is not None and self.agent_globs.match(agent):
            return RefusalReason.AGENT
        return None


@lru_cache(maxsize=RULES_REMEMBERED)
def compile_rules(
    domain: str, hostnames: str, counts_localhost: bool, exclusions: tuple[tuple[str, str], ...]
) -> Rules:
    """Return the rules that these columns spell; they are read much more often than they change."""
    patterns = defaultdict[str, list[str]](list)
    for kind, pattern in exclusions:
        patterns[kind].append(pattern)
    pages = [_clean_pattern(pattern) for pattern in patterns[Exclusion.Kind.PAGE]]
    agents = [pattern.lower() for pattern in patterns[Exclusion.Kind.AGENT]]
    return Rules(
        allowed=Hostnames.of(hostnames.split() or (domain, ANY_SUBDOMAIN + domain)),
        counts_localhost=counts_localhost,
        hostnames=Hostnames.of(patterns[Exclusion.Kind.HOSTNAME]),
        networks=_networks(patterns[Exclusion.Kind.ADDRESS]),
        exact_pages=frozenset(page for page in pages if WILDCARD not in page),
        page_globs=_globs((page for page in pages if WILDCARD in page), separator="/"),
        countries=frozenset(code.upper() for code in patterns[Exclusion.Kind.COUNTRY]),
        agent_words=tuple(agent for agent in agents if WILDCARD not in agent),
        agent_globs=_globs((agent for agent in agents if WILDCARD in agent), separator=""),
    )


def _clean_pattern(pattern: str) -> str:
    """Return the pattern of a page as clean paths are written: decoded, with a slash in front."""
    path = pattern if pattern.startswith("/") else f"/{pattern}"
    return clean_page(f"https://host{path}", "host").page.path


def _globs(patterns: Iterable[str], separator: str) -> Globs | None:
    """Return None without patterns: each hit asks, and asking for None is quickest."""
    globs = Globs(patterns, separator)
    return globs if globs else None


def _networks(patterns: list[str]) -> tuple[Network, ...]:
    """Return the networks by their sizes: one look into a set for each size, however many there are."""
    numbers: dict[tuple[int, int], set[int]] = {}
    for pattern in patterns:
        try:
            network = ip_network(pattern, strict=False)
        except ValueError:
            # The screens store none; one that came another way must not stop the collection.
            continue
        shift = network.max_prefixlen - network.prefixlen
        leading = int(network.network_address) >> shift
        numbers.setdefault((network.version, shift), set()).add(leading)
    return tuple(
        Network(version, shift, frozenset(leading)) for (version, shift), leading in numbers.items()
    )


def _is_local(hostname: str) -> bool:
    """Return whether a hostname names a machine or a network that the public cannot reach."""
    if hostname in LOCAL_NAMES or hostname.endswith(LOCAL_ENDINGS):
        return True
    # Spares each foreign hostname the exception that is no address.
    if not (hostname[-1:].isdigit() or ":" in hostname):
        return False
    address = _parse_address(hostname)
    return address is not None and not address.is_global


def _parse_address(text: str) -> Address | None:
    """Return an address, an IPv4 one that is mapped into IPv6 as itself; None when it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
