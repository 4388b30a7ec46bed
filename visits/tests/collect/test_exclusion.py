"""A site's rules: whose hits are counted, and that nobody's text gets around them or slows them."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from sites.models import Exclusion, Site
from visits.collect.exclusion import Rules, compile_rules
from visits.collect.page import InvalidUrl, clean_page
from visits.models import RefusalReason

ADDRESS, AGENT, COUNTRY, HOSTNAME, LOCALHOST, PAGE = (
    RefusalReason.ADDRESS,
    RefusalReason.AGENT,
    RefusalReason.COUNTRY,
    RefusalReason.HOSTNAME,
    RefusalReason.LOCALHOST,
    RefusalReason.PAGE,
)


def make_rules(
    *exclusions: tuple[str, str],
    domain: str = "example.com",
    hostnames: str = "",
    counts_localhost: bool = False,
) -> Rules:
    return compile_rules(domain, hostnames, counts_localhost, exclusions)


def refuse_url(url: str, rules: Rules, domain: str = "example.com") -> RefusalReason | str | None:
    """Return what becomes of a page by its hostname; a URL that is none is refused in words."""
    try:
        return rules.refuse_hostname(clean_page(url, domain).page.hostname)
    except InvalidUrl as error:
        return str(error)


# Hostnames

LEGITIMATE = [
    "https://example.com/",
    "http://example.com",
    "//example.com/path",
    "/path",
    "?query",
    "path/without/slash",
    "HTTPS://EXAMPLE.COM/",
    "https://Example.Com/",
    # The dot is the root of all names: browsers open this as the same host.
    "https://EXAMPLE.com./",
    "https://www.example.com./path",
    "https://www.example.com/",
    "https://shop.example.com/",
    "https://a.b.c.d.example.com/",
    "https://_dmarc.example.com/",
    "https://xn--bcher-kva.example.com/",
    "https://bücher.example.com/",
    "https://BÜCHER.example.com/",
    # What browsers make of full-width letters and of the ideographic full stop.
    "https://\uff45\uff58\uff41\uff4dple.com/",
    "https://example\u3002com/",
    "https://example.com:443/",
    "https://example.com:8443/path",
    "http://www.example.com:80",
    "https://user@example.com/",
    "https://user:password@example.com/",
    # User and password of our own host, however they are dressed up.
    "https://evil.net@example.com/",
    "https://evil.net:443@example.com:443/",
    "https://example.com/?at=https://evil.net/",
    "https://example.com/#@evil.net/",
    "https://example.com/@evil.net",
    "https://example.com?x=y",
    "https://example.com#top",
    "  https://example.com/  ",
]
NAMES_OF_OTHERS = [
    "evil.net",
    "evil-example.com",
    "evilexample.com",
    "example.com.evil.net",
    "www.example.com.evil.net",
    "EXAMPLE.com.evil.net.",
    "example.com-evil.net",
    "example.comevil.net",
    "example.com.",  # with a second dot, below
    "example.co",
    "example.co.uk",
    "example.org",
    "example.net",
    "example.comm",
    "xample.com",
    "eexample.com",
    "examp1e.com",
    "examples.com",
    "example-com.evil.net",
    "exam-ple.com",
    "com",
    "example",
    "evil.net.example.co",
    "example.com.example.net",
    "xn--exmple-4nf.com",
    "xn--example-com.net",
    "\u0435xample.com",  # Cyrillic letters that look the same, here and below
    "ex\u0430mple.com",
    "example.\u0441\u043em",
    "exämple.com",
    "example.com.\uff45vil.net",
    "www-example.com",
    "8.8.8.8",
    "93.184.216.34",
    "[2001:4860:4860::8888]",
    "0x08080808",
    "134744072",
    "010.8.8.8",
]
DISGUISES = [
    "https://{}/",
    "http://{}:443/example.com",
    "https://example.com@{}/",
    "https://example.com:443@{}:8443/path",
    "//{}/?https://example.com/",
    "https://{}/#https://example.com/",
]
FORGED = [
    *(
        disguise.format(f"{name}." if name == "example.com." else name)
        for name, disguise in itertools.product(NAMES_OF_OTHERS, DISGUISES)
    ),
    "https://evil.net\\@example.com/",
    "https://example.com\\@evil.net/",
    "https://evil.net\\.example.com/",
    "https://evil.net/@example.com/",
    "https://evil.net?@example.com/",
    "https://evil.net#@example.com/",
    "https://evil.net%2f.example.com/",
    "https://evil.net%00.example.com/",
    "https://example.com%2eevil.net/",
    "https://example.com%20.evil.net/",
    "https://evil.net .example.com/",
    "https://evil.net\x00.example.com/",
    "https://.example.com.evil.net/",
    "https://[example.com]/",
    "https://[::ffff:8.8.8.8]/",
    "https:///example.com/",
    "https:example.com",
    "javascript://example.com/%0aalert(1)",
    "data:text/html,example.com",
    "file://example.com/etc/passwd",
    "ftp://example.com/",
    "android-app://example.com/",
    "https://localhost/",
    "https://example.com.localhost/",
    "http://127.0.0.1/example.com",
    "http://[::1]/",
    f"https://{'a' * 300}.example.com/",
]


@pytest.mark.parametrize("url", LEGITIMATE)
def test_page_of_the_domain_is_counted_in_every_spelling(url: str) -> None:
    assert refuse_url(url, make_rules()) is None


@pytest.mark.parametrize("url", FORGED)
def test_page_of_another_host_is_never_counted(url: str) -> None:
    assert refuse_url(url, make_rules()) is not None


def test_table_of_forged_hosts_is_long_enough() -> None:
    assert len(set(FORGED)) >= 200


ALLOWED = "example.com\n*.example.com\nshop.example.net\n*.bücher.example\n"


@pytest.mark.parametrize(
    ("hostname", "reason"),
    [
        ("example.com", None),
        ("a.example.com", None),
        ("shop.example.net", None),
        ("www.shop.example.net", HOSTNAME),
        ("example.net", HOSTNAME),
        ("evil-example.com", HOSTNAME),
        ("www.xn--bcher-kva.example", None),
        ("xn--bcher-kva.example", HOSTNAME),
        ("localhost", LOCALHOST),
    ],
)
def test_allowed_hostnames_take_the_place_of_the_domain(
    hostname: str, reason: RefusalReason | None
) -> None:
    rules = make_rules(domain="other.example", hostnames=ALLOWED)

    assert rules.refuse_hostname(hostname) == reason
    assert rules.refuse_hostname("other.example") == HOSTNAME


@pytest.mark.parametrize("text", ["", " \n\t\n "])
def test_without_allowed_hostnames_the_domain_and_its_subdomains_are_meant(text: str) -> None:
    rules = make_rules(hostnames=text)

    assert rules.refuse_hostname("example.com") is None
    assert rules.refuse_hostname("a.example.com") is None
    assert rules.refuse_hostname("example.net") == HOSTNAME


@pytest.mark.parametrize(
    ("hostname", "reason"),
    [
        ("staging.example.com", HOSTNAME),
        ("a.staging.example.com", None),
        ("test.example.com", None),
        ("a.test.example.com", HOSTNAME),
        ("example.com", None),
    ],
)
def test_excluded_hostname_goes_before_an_allowed_one(
    hostname: str, reason: RefusalReason | None
) -> None:
    rules = make_rules(("hostname", "staging.example.com"), ("hostname", "*.test.example.com"))

    assert rules.refuse_hostname(hostname) == reason


LOCAL = [
    "localhost",
    "app.localhost",
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.178.20",
    "169.254.1.1",
    "100.64.0.7",
    "fd00::1",
    "fe80::1",
    "printer.local",
    "shop.test",
    "wiki.internal",
    "nas.home.arpa",
]


@pytest.mark.parametrize("hostname", LOCAL)
def test_local_host_has_a_reason_of_its_own_and_a_switch(hostname: str) -> None:
    assert make_rules().refuse_hostname(hostname) == LOCALHOST
    assert make_rules(counts_localhost=True).refuse_hostname(hostname) is None


@pytest.mark.parametrize(
    "hostname",
    [
        "localhost.evil.net",
        "notlocalhost",
        "127.0.0.1.evil.net",
        "8.8.8.8",
        "2a00:1450::1",
        "1.2.3",
    ],
)
def test_switch_for_local_hosts_opens_no_other(hostname: str) -> None:
    assert make_rules(counts_localhost=True).refuse_hostname(hostname) == HOSTNAME


def test_site_on_localhost_counts_its_own_pages() -> None:
    rules = make_rules(domain="localhost")

    assert rules.refuse_hostname("localhost") is None
    assert rules.refuse_hostname("127.0.0.1") == LOCALHOST


def test_excluded_local_host_is_not_counted_either() -> None:
    rules = make_rules(("hostname", "127.0.0.1"), counts_localhost=True)

    assert rules.refuse_hostname("127.0.0.1") == HOSTNAME
    assert rules.refuse_hostname("localhost") is None


# Addresses


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("203.0.113.7", True),
        ("203.0.113.8", False),
        ("::ffff:203.0.113.7", True),
        ("198.51.100.0", True),
        ("198.51.100.255", True),
        ("198.51.101.0", False),
        ("192.0.2.131", True),
        ("192.0.2.127", False),
        ("2001:db8::1", True),
        ("2001:db8:0:0:ffff::", True),
        ("2001:db8:0:1::1", False),
        ("2001:DB8:5::9", True),
        ("2001:db8:5::a", False),
        ("fe80::1%eth0", False),
        ("", False),
        ("nonsense", False),
        ("203.0.113.7.", False),
        ("999.0.113.7", False),
    ],
)
def test_address_is_looked_for_in_networks_of_every_size(address: str, is_refused: bool) -> None:
    rules = make_rules(
        ("address", "203.0.113.7"),
        ("address", "198.51.100.0/24"),
        ("address", "192.0.2.128/25"),
        ("address", "2001:db8::/64"),
        ("address", "2001:db8:5::9"),
    )

    assert rules.refuse_address(address) == (ADDRESS if is_refused else None)


def test_pattern_that_is_no_network_is_passed_over() -> None:
    rules = make_rules(("address", "nonsense"), ("address", ""), ("address", "203.0.113.7"))

    assert rules.refuse_address("203.0.113.7") == ADDRESS
    assert rules.refuse_address("nonsense") is None


# Pages


@pytest.mark.parametrize(
    ("path", "is_refused"),
    [
        ("/thanks", True),
        ("/thanks/", False),
        ("/Thanks", False),
        ("/admin/", True),
        ("/admin/users/7", True),
        ("/admin", False),
        ("/docs/v1/draft", True),
        ("/docs/v1/v2/draft", False),
        ("/preview", True),
        ("/a/b/preview", True),
        ("/café", True),
        ("/a+b", True),
        ("/aab", False),
        ("/app#/private/notes", True),
        ("/app#/public", False),
        ("/app", False),
    ],
)
def test_page_is_compared_with_patterns(path: str, is_refused: bool) -> None:
    rules = make_rules(
        ("page", "/thanks"),
        ("page", "/admin/**"),
        ("page", "/docs/*/draft"),
        ("page", "**/preview"),
        ("page", "/caf%C3%A9"),
        ("page", "/a+b"),
        ("page", "/app#/private/**"),
    )

    assert rules.refuse_page(path) == (PAGE if is_refused else None)


# Countries


def test_country_is_excluded_by_its_code_and_the_unknown_one_never() -> None:
    rules = make_rules(("country", "FR"), ("country", "us"))

    refused = [code for code in ("FR", "US", "DE", "") if rules.refuse_country(code)]

    assert refused == ["FR", "US"]
    assert rules.refuse_country("FR") == COUNTRY


# User agents


@pytest.mark.parametrize(
    ("user_agent", "is_refused"),
    [
        ("Mozilla/5.0 UptimeWatch/2.1", True),
        ("mozilla/5.0 uptimewatch", True),
        ("Uptime Watch", False),
        ("OurApp/7.1 (iPhone; test)", True),
        ("ourapp/7.1 test", True),
        ("OurApp/7.1 (iPhone)", False),
        ("Not OurApp/7.1 test", False),
        ("a.b", True),
        ("aXb", False),
        ("", False),
    ],
)
def test_user_agent_is_compared_in_either_case(user_agent: str, is_refused: bool) -> None:
    rules = make_rules(("agent", "UptimeWatch"), ("agent", "OurApp/*test*"), ("agent", "A.B"))

    assert rules.refuse_agent(user_agent) == (AGENT if is_refused else None)


# What all of them cost


def test_site_without_exclusions_refuses_nothing_but_other_hosts() -> None:
    rules = make_rules()

    assert rules.refuse_address("203.0.113.7") is None
    assert rules.refuse_page("/") is None
    assert rules.refuse_country("FR") is None
    assert rules.refuse_agent("Mozilla/5.0") is None


EVIL_TEXTS = [
    text[:500]
    for number in range(200)
    for text in (
        "/" + "a" * (300 + number),
        "/" + "a/" * (150 + number),
        "/" + "ab" * (100 + number) + "é" * 100,
        "/" + "*" * number + "/**" * 150,
        "/" + chr(0x20 + number) * 499,
    )
]


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("page", "*a" * 240),
        ("page", "/**/a" * 98),
        ("page", "a" * 100 + "**" + "b" * 100),
        ("agent", "*a" * 240),
        ("agent", "a" * 120 + "b" + "a" * 120),
        ("hostname", "a." * 100 + "example.com"),
        ("address", "203.0.113.0/2"),
    ],
)
def test_thousand_evil_texts_are_answered_within_twenty_milliseconds_each(
    kind: str, pattern: str
) -> None:
    rules = make_rules(*((kind, f"{pattern}{number}") for number in range(20)))
    slowest = 0.0

    for text in EVIL_TEXTS:
        started_at = time.process_time()
        rules.refuse_hostname(text)
        rules.refuse_address(text)
        rules.refuse_page(text)
        rules.refuse_country(text)
        rules.refuse_agent(text)
        slowest = max(slowest, time.process_time() - started_at)

    assert len(EVIL_TEXTS) == 1000
    assert slowest < 0.02


@pytest.mark.parametrize("kind", ["page", "agent"])
def test_five_hundred_evil_patterns_are_answered_within_twenty_milliseconds(kind: str) -> None:
    rules = make_rules(*((kind, f"/{'*a' * 240}{number}") for number in range(500)))

    started_at = time.process_time()
    rules.refuse_page("/" + "a" * 499)
    rules.refuse_agent("/" + "a" * 499)

    assert time.process_time() - started_at < 0.02


# From the database


def test_rules_of_a_site_take_one_query(site: Site, django_assert_num_queries: Any) -> None:
    site.hostnames = "example.com"
    Exclusion.objects.create(site=site, kind="country", pattern="FR")
    Exclusion.objects.create(site=site, kind="page", pattern="/admin/**")

    with django_assert_num_queries(1):
        rules = Rules.of(site)

    assert rules.refuse_hostname("www.example.com") == HOSTNAME
    assert rules.refuse_country("FR") == COUNTRY
    assert rules.refuse_page("/admin/") == PAGE


def test_rules_follow_what_the_owner_changes(site: Site) -> None:
    assert Rules.of(site).refuse_country("FR") is None

    exclusion = Exclusion.objects.create(site=site, kind="country", pattern="FR")
    assert Rules.of(site).refuse_country("FR") == COUNTRY

    exclusion.delete()
    assert Rules.of(site).refuse_country("FR") is None
