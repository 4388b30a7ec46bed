"""Whose address a request comes from, and whose word is taken for it."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.collect.client import client_address

VISITOR = "203.0.113.7"
PROXY = "10.0.0.1"
TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
XFF = "X-Forwarded-For"

# What a trusted proxy at PROXY passes on, and the address that follows from it.
REPORTED = [
    # X-Forwarded-For
    pytest.param([(XFF, VISITOR)], VISITOR, id="one address"),
    pytest.param([("x-forwarded-for", VISITOR)], VISITOR, id="header in lower case"),
    pytest.param([(XFF, f"  {VISITOR}\t")], VISITOR, id="blanks"),
    pytest.param([(XFF, f"6.6.6.6, {VISITOR}")], VISITOR, id="the visitor sent one too"),
    pytest.param([(XFF, f"10.9.9.9, {VISITOR}")], VISITOR, id="the visitor claims to be a proxy"),
    pytest.param([(XFF, f"{VISITOR}, 10.0.0.2")], VISITOR, id="two proxies"),
    pytest.param([(XFF, f"6.6.6.6, {VISITOR}, 10.0.0.2, 10.0.0.3")], VISITOR, id="three proxies"),
    pytest.param([(XFF, f"{VISITOR}, fd00::2")], VISITOR, id="second proxy speaks IPv6"),
    pytest.param([(XFF, "6.6.6.6"), (XFF, VISITOR)], VISITOR, id="two lines"),
    pytest.param([(XFF, VISITOR), (XFF, "10.0.0.2")], VISITOR, id="two lines of two proxies"),
    pytest.param([(XFF, f"{VISITOR}:51234")], VISITOR, id="port"),
    pytest.param([(XFF, "2001:db8::7")], "2001:db8::7", id="IPv6"),
    pytest.param([(XFF, "2001:DB8:0::0007")], "2001:db8::7", id="IPv6 in another spelling"),
    pytest.param([(XFF, "[2001:db8::7]")], "2001:db8::7", id="IPv6 in brackets"),
    pytest.param([(XFF, "[2001:db8::7]:443")], "2001:db8::7", id="IPv6 with port"),
    pytest.param([(XFF, f"::ffff:{VISITOR}")], VISITOR, id="IPv4 mapped into IPv6"),
    pytest.param([(XFF, f"{VISITOR}, ::ffff:10.0.0.2")], VISITOR, id="mapped proxy"),
    pytest.param([(XFF, "fe80::1%eth0")], "fe80::1", id="IPv6 with zone"),
    pytest.param([(XFF, "10.0.0.9")], "10.0.0.9", id="a visitor of the proxies' own network"),
    pytest.param([(XFF, f"{VISITOR},")], VISITOR, id="comma at the end"),
    pytest.param([(XFF, f"{VISITOR}, , ,10.0.0.2")], VISITOR, id="empty elements"),
    pytest.param([(XFF, "")], PROXY, id="empty header"),
    pytest.param([(XFF, " , ,")], PROXY, id="only commas"),
    pytest.param([(XFF, "unknown")], PROXY, id="unknown"),
    pytest.param([(XFF, f"{VISITOR}, unknown")], PROXY, id="junk ends the walk"),
    pytest.param([(XFF, f"{VISITOR}, 10.0.0.2x")], PROXY, id="almost an address"),
    pytest.param([(XFF, "203.0.113.256")], PROXY, id="no such address"),
    pytest.param([(XFF, "127.1")], PROXY, id="short spelling"),
    pytest.param([(XFF, "0x7f000001")], PROXY, id="hexadecimal"),
    pytest.param([(XFF, "2130706433")], PROXY, id="one number"),
    pytest.param([(XFF, "[2001:db8::7")], "2001:db8::7", id="bracket left open"),
    pytest.param([(XFF, "<script>")], PROXY, id="markup"),
    # Forwarded
    pytest.param([("Forwarded", f"for={VISITOR}")], VISITOR, id="Forwarded"),
    pytest.param(
        [("Forwarded", f"For={VISITOR};proto=https;by=10.0.0.1")], VISITOR, id="all pairs"
    ),
    pytest.param([("Forwarded", f"proto=https; for={VISITOR}")], VISITOR, id="for comes second"),
    pytest.param([("Forwarded", f'for="{VISITOR}:4711"')], VISITOR, id="quoted with port"),
    pytest.param([("Forwarded", 'for="[2001:db8::7]:4711"')], "2001:db8::7", id="quoted IPv6"),
    pytest.param([("Forwarded", f"for=6.6.6.6, for={VISITOR}")], VISITOR, id="Forwarded, two"),
    pytest.param([("Forwarded", f"for={VISITOR}, for=10.0.0.2")], VISITOR, id="Forwarded, proxies"),
    pytest.param(
        [("Forwarded", f'for="x, for={VISITOR}')], VISITOR, id="an open quote on the left"
    ),
    pytest.param([("Forwarded", "for=_hidden")], PROXY, id="obfuscated"),
    pytest.param([("Forwarded", "proto=https")], PROXY, id="Forwarded says nothing"),
    # Which header
    pytest.param([("Forwarded", "for=6.6.6.6"), (XFF, VISITOR)], VISITOR, id="both"),
    pytest.param([("X-Real-IP", "6.6.6.6")], PROXY, id="X-Real-IP"),
    pytest.param([("CF-Connecting-IP", "6.6.6.6")], PROXY, id="CF-Connecting-IP"),
    pytest.param([("True-Client-IP", "6.6.6.6")], PROXY, id="True-Client-IP"),
    pytest.param([], PROXY, id="no header"),
]


@pytest.mark.parametrize(("headers", "address"), REPORTED)
def test_trusted_proxy_is_believed_as_far_as_its_own_word_reaches(
    headers: list[tuple[str, str]], address: str
) -> None:
    assert client_address(PROXY, headers, TRUSTED) == address


@pytest.mark.parametrize(("headers", "_"), REPORTED)
def test_headers_of_a_peer_that_is_no_proxy_are_not_read(
    headers: list[tuple[str, str]], _: str
) -> None:
    assert client_address("198.51.100.4", headers, TRUSTED) == "198.51.100.4"


@pytest.mark.parametrize(("headers", "_"), REPORTED)
def test_by_default_nobody_is_trusted(headers: list[tuple[str, str]], _: str) -> None:
    assert client_address(PROXY, headers, []) == PROXY


def test_a_thousand_claimed_addresses_of_one_peer_are_one_address() -> None:
    claims = [[(XFF, f"203.0.{number // 250}.{number % 250}")] for number in range(1000)]

    addresses = {client_address("198.51.100.4", claim, []) for claim in claims}

    assert addresses == {"198.51.100.4"}


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("198.51.100.4", "198.51.100.4"),
        ("::1", "::1"),
        ("2001:DB8::0007", "2001:db8::7"),
        ("::ffff:198.51.100.4", "198.51.100.4"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("unix:", ""),
        ("testclient", ""),
        ("\x00", ""),
        ("localhost", ""),
    ],
)
def test_peer_gives_a_canonical_address_or_none(peer: str, address: str) -> None:
    assert client_address(peer, [], []) == address


def test_a_mapped_peer_is_trusted_like_the_address_that_it_is() -> None:
    assert client_address("::ffff:10.0.0.1", [(XFF, VISITOR)], TRUSTED) == VISITOR


@given(
    peer=st.text(st.characters()),
    name=st.sampled_from([XFF, "Forwarded"]),
    value=st.text(st.characters()),
)
def test_no_header_makes_it_fail(peer: str, name: str, value: str) -> None:
    client_address(peer, [(name, value)], TRUSTED)
    client_address(PROXY, [(name, value)], TRUSTED)
