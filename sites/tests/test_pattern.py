"""What a person types as the pattern of an exclusion."""

from __future__ import annotations

import pytest

from sites.pattern import (
    InvalidPattern,
    is_address_within,
    normalise_hostnames,
    normalise_pattern,
    readable_hostname_pattern,
)


@pytest.mark.parametrize(
    ("kind", "typed", "pattern"),
    [
        ("address", "203.0.113.7", "203.0.113.7"),
        ("address", " 203.0.113.7/32 ", "203.0.113.7"),
        ("address", "203.0.113.0/24", "203.0.113.0/24"),
        ("address", "203.0.113.7/24", "203.0.113.0/24"),
        ("address", "203.0.113.0/255.255.255.0", "203.0.113.0/24"),
        ("address", "2001:DB8:0::1", "2001:db8::1"),
        ("address", "[2001:db8::1]", "2001:db8::1"),
        ("address", "2001:db8::/48", "2001:db8::/48"),
        ("address", "::ffff:203.0.113.7", "203.0.113.7"),
        ("address", "::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("hostname", "Staging.Example.com", "staging.example.com"),
        ("hostname", "https://www.example.com:8443/path", "www.example.com"),
        ("hostname", "*.example.com", "*.example.com"),
        ("hostname", "*.Bücher.de", "*.xn--bcher-kva.de"),
        ("hostname", "localhost:3000", "localhost"),
        ("hostname", "192.168.0.10", "192.168.0.10"),
        ("hostname", "[::1]:3000", "::1"),
        ("page", "/thanks", "/thanks"),
        ("page", "admin/**", "/admin/**"),
        ("page", "/app#/settings/*", "/app#/settings/*"),
        ("page", "#!help", "/#!help"),
        ("page", "**/preview", "/**/preview"),
        ("page", "/*", "/*"),
        ("page", "/*/**", "/*/**"),
        ("page", "/caf%C3%A9/*", "/caf%C3%A9/*"),
        ("country", "FR", "FR"),
        ("country", "fr", "FR"),
        ("agent", "UptimeWatch", "UptimeWatch"),
        ("agent", "OurApp/*test*", "OurApp/*test*"),
        ("agent", "Firefox/1", "Firefox/1"),
    ],
)
def test_pattern_is_normalised(kind: str, typed: str, pattern: str) -> None:
    assert normalise_pattern(kind, typed) == pattern
    assert normalise_pattern(kind, pattern) == pattern


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("address", "nonsense", "“nonsense” is not an address."),
        ("address", "203.0.113", "is not an address"),
        ("address", "203.0.113.256", "is not an address"),
        ("address", "010.0.0.1", "is not an address"),
        ("address", "203.0.113.*", "Write the range with a slash"),
        ("address", "203.0.113.1-203.0.113.9", "Write the range with a slash"),
        ("address", "203.0.113.0/33", "is not an address"),
        ("address", "0.0.0.0/0", "nobody would be counted"),
        ("address", "::/0", "nobody would be counted"),
        ("address", "::ffff:0.0.0.0/96", "nobody would be counted"),
        ("address", "x" * 5_000, "is not an address"),
        ("hostname", "example", "has no ending"),
        ("hostname", "*", "can only stand in front"),
        ("hostname", "*.com", "has no ending"),
        ("hostname", "shop.*.example.com", "can only stand in front"),
        ("hostname", "*example.com", "can only stand in front"),
        ("hostname", "a b.com", "is not a domain"),
        ("hostname", "", "Write the domain"),
        ("page", "https://example.com/admin", "without the hostname"),
        ("page", "/search?q=*", "a page is its path"),
        ("page", "/#part", "a page is its path"),
        ("page", "/app#/a?b", "a page is its path"),
        ("page", "/app#**", "which begins with a slash"),
        ("page", "/**", "nothing would be counted"),
        ("page", "***", "nothing would be counted"),
        ("page", "/a\nb", "line breaks"),
        ("country", "XX", "is not the code of a country"),
        ("country", "France", "is not the code of a country"),
        ("agent", "ab", "3 characters or more"),
        ("agent", "*a**b*", "3 characters or more"),
        ("agent", "Mozilla", "Every browser"),
        ("agent", "*mozilla/5.0*", "Every browser"),
        ("agent", "curl\x00", "line breaks"),
    ],
)
def test_wrong_pattern_gets_a_sentence(kind: str, typed: str, sentence: str) -> None:
    with pytest.raises(InvalidPattern) as error:
        normalise_pattern(kind, typed)

    assert sentence in str(error.value)
    assert len(str(error.value)) < 250


def test_hostnames_are_kept_one_a_line_and_once() -> None:
    assert normalise_hostnames(" Example.com\r\n\n*.example.com example.com ") == (
        "example.com\n*.example.com"
    )
    assert normalise_hostnames(" \n ") == ""


def test_more_hostnames_than_anybody_has_are_refused() -> None:
    with pytest.raises(InvalidPattern, match="100 hostnames at most"):
        normalise_hostnames("\n".join(f"{number}.example.com" for number in range(101)))


@pytest.mark.parametrize(
    ("pattern", "readable"),
    [("*.xn--bcher-kva.de", "*.bücher.de"), ("example.com", "example.com"), ("::1", "::1")],
)
def test_hostname_is_shown_as_people_write_it(pattern: str, readable: str) -> None:
    assert readable_hostname_pattern(pattern) == readable


@pytest.mark.parametrize(
    ("address", "is_within"),
    [("203.0.113.7", True), ("203.0.114.7", False), ("2001:db8::7", True), ("", False)],
)
def test_address_is_looked_for_in_ranges(address: str, is_within: bool) -> None:
    assert is_address_within(address, ["203.0.113.0/24", "2001:db8::/64"]) is is_within


@pytest.mark.parametrize("unreadable", ["", "everything", "203.0.113.0/99", "203.0.113"])
def test_range_that_cannot_be_read_has_no_addresses(unreadable: str) -> None:
    assert is_address_within("203.0.113.7", [unreadable]) is False
    assert is_address_within("203.0.113.7", [unreadable, "203.0.113.0/24"]) is True
