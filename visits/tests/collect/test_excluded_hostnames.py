"""Whose pages are counted by their host: all of the site, none of anybody else."""

from __future__ import annotations

import itertools

import pytest

from visits.models import RefusalReason
from visits.tests.collect.rules import make_rules, refuse_url

HOSTNAME, LOCALHOST = RefusalReason.HOSTNAME, RefusalReason.LOCALHOST


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
