import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.address import client_address, trusted_networks

PROXY = "10.0.0.1"
TRUSTED = trusted_networks(("10.0.0.0/8", "fd00::/8", "192.0.2.7"))


def forwarded_for(*values):
    return [("X-Forwarded-For", value) for value in values]


def forwarded(*values):
    return [("Forwarded", value) for value in values]


COMBINATIONS = [
    # Without a header, or with a peer that nobody trusts, the peer is the client.
    ("203.0.113.5", [], "203.0.113.5"),
    (PROXY, [], PROXY),
    ("203.0.113.5", forwarded_for("198.51.100.1"), "203.0.113.5"),
    ("203.0.113.5", forwarded("for=198.51.100.1"), "203.0.113.5"),
    ("203.0.113.5", [("X-Real-IP", "198.51.100.1")], "203.0.113.5"),
    ("2001:db8::5", forwarded_for("198.51.100.1"), "2001:db8::5"),
    # A trusted peer vouches for the last hop, and only for that.
    (PROXY, forwarded_for("198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded_for("6.6.6.6, 198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded_for("6.6.6.6,198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded_for("6.6.6.6", "198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded_for("6.6.6.6, 7.7.7.7, 198.51.100.1, 10.2.3.4"), "198.51.100.1"),
    (PROXY, forwarded_for("198.51.100.1, 192.0.2.7, 10.2.3.4"), "198.51.100.1"),
    (PROXY, forwarded_for("10.9.9.9, 10.2.3.4"), "10.9.9.9"),
    # IPv6, ports, brackets and zones.
    ("fd00::1", forwarded_for("2001:db8::9"), "2001:db8::9"),
    (PROXY, forwarded_for("2001:DB8:0:0::9"), "2001:db8::9"),
    (PROXY, forwarded_for("[2001:db8::9]"), "2001:db8::9"),
    (PROXY, forwarded_for("[2001:db8::9]:4711"), "2001:db8::9"),
    (PROXY, forwarded_for("198.51.100.1:4711"), "198.51.100.1"),
    (PROXY, forwarded_for("fe80::1%eth0"), "fe80::1"),
    ("::ffff:10.0.0.1", forwarded_for("::ffff:198.51.100.1"), "198.51.100.1"),
    ("::ffff:203.0.113.5", [], "203.0.113.5"),
    # Junk ends the walk at the last proxy.
    (PROXY, forwarded_for(""), PROXY),
    (PROXY, forwarded_for(" , ,"), PROXY),
    (PROXY, forwarded_for("198.51.100.1, ,"), "198.51.100.1"),
    (PROXY, forwarded_for("unknown"), PROXY),
    (PROXY, forwarded_for("6.6.6.6, unknown"), PROXY),
    (PROXY, forwarded_for("6.6.6.6, localhost, 10.2.3.4"), "10.2.3.4"),
    (PROXY, forwarded_for("999.1.1.1"), PROXY),
    (PROXY, forwarded_for("010.1.1.1"), PROXY),
    (PROXY, forwarded_for("3232235777"), PROXY),
    (PROXY, forwarded_for("198.51.100.1\x00"), PROXY),
    (PROXY, forwarded_for("[" * 5000), PROXY),
    (PROXY, forwarded_for("\ud800"), PROXY),
    # RFC 7239.
    (PROXY, forwarded("for=198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded("For=198.51.100.1;proto=https;by=10.0.0.1"), "198.51.100.1"),
    (PROXY, forwarded('for="[2001:db8::9]:4711";proto=https'), "2001:db8::9"),
    (PROXY, forwarded('for="198.51.100.1:80"'), "198.51.100.1"),
    (PROXY, forwarded("for=6.6.6.6, for=198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded("for=6.6.6.6", "for=198.51.100.1"), "198.51.100.1"),
    (PROXY, forwarded("for=6.6.6.6, for=198.51.100.1, for=10.2.3.4"), "198.51.100.1"),
    (PROXY, forwarded("for=_hidden"), PROXY),
    (PROXY, forwarded("for=unknown"), PROXY),
    (PROXY, forwarded("proto=https"), PROXY),
    (PROXY, forwarded("for=6.6.6.6, proto=https"), PROXY),
    (PROXY, forwarded("for"), PROXY),
    # What a client opens on the left swallows nothing on the right.
    (PROXY, forwarded('for="6.6.6.6, for=198.51.100.1'), "198.51.100.1"),
    # What a client puts into its Host header is no element of its own.
    (PROXY, forwarded('for=198.51.100.1;host="a,for=6.6.6.6"'), PROXY),
    (PROXY, forwarded('for=198.51.100.1;host="a,for=6.6.6.6;b="'), PROXY),
    (PROXY, forwarded(r'for=198.51.100.1;host="a\",for=6.6.6.6;b=\""'), PROXY),
    # Forwarded is read where X-Forwarded-For is missing.
    (PROXY, [*forwarded("for=6.6.6.6"), *forwarded_for("198.51.100.1")], "198.51.100.1"),
    (PROXY, [("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
    (PROXY, [("X-Real-IP", "6.6.6.6"), ("CF-Connecting-IP", "6.6.6.6")], PROXY),
    # Proxies in every spelling are walked past.
    (PROXY, forwarded_for("198.51.100.1, ::ffff:10.2.3.4, fd00::7"), "198.51.100.1"),
    (PROXY, forwarded_for("198.51.100.1, [fd00::7]:443, 10.2.3.4:80"), "198.51.100.1"),
    (PROXY, forwarded_for("6.6.6.6, 198.51.100.1", "10.2.3.4"), "198.51.100.1"),
    (PROXY, forwarded('for=198.51.100.1, for="[fd00::7]:443", for=10.2.3.4'), "198.51.100.1"),
    ("10.0.0.1:4711", forwarded_for("198.51.100.1"), "198.51.100.1"),
    ("[fd00::1]:4711", forwarded_for("198.51.100.1"), "198.51.100.1"),
    # More junk, and headers that only look like the right ones.
    (PROXY, forwarded_for("198.51.100.1 10.2.3.4"), PROXY),
    (PROXY, forwarded_for("198.51.100.0/24"), PROXY),
    (PROXY, forwarded_for("0x7f.1"), PROXY),
    (PROXY, forwarded_for('"198.51.100.1"'), PROXY),
    (PROXY, forwarded_for("for=198.51.100.1"), PROXY),
    (PROXY, forwarded_for("\u0661.1.1.1"), PROXY),
    (PROXY, forwarded_for("2001:db8::9, 2001:db8::/64"), PROXY),
    (PROXY, forwarded("198.51.100.1"), PROXY),
    (PROXY, forwarded("by=198.51.100.1;host=example.com"), PROXY),
    (PROXY, [("X_Forwarded_For", "6.6.6.6"), ("X-Forwarded-Host", "6.6.6.6")], PROXY),
    (PROXY, [("True-Client-IP", "6.6.6.6"), ("X-Client-IP", "6.6.6.6")], PROXY),
    (PROXY, [("Via", "1.1 6.6.6.6"), ("X-Forwarded", "for=6.6.6.6")], PROXY),
    # A peer without an address: a Unix socket.
    ("", forwarded_for("198.51.100.1"), ""),
    ("unix:", forwarded_for("198.51.100.1"), ""),
]


@pytest.mark.parametrize(("peer", "headers", "address"), COMBINATIONS)
def test_client_address_is_believed_from_trusted_proxies_only(peer, headers, address):
    assert client_address(peer, headers, TRUSTED) == address


@pytest.mark.parametrize("headers", [headers for _, headers, _ in COMBINATIONS])
@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("203.0.113.5", TRUSTED),
        ("2001:db8::5", TRUSTED),
        # With the default settings not even a private address is a proxy.
        (PROXY, ()),
        ("127.0.0.1", ()),
    ],
)
def test_no_header_of_an_untrusted_peer_is_believed(peer, trusted, headers):
    assert client_address(peer, headers, trusted) == peer


def test_a_thousand_forged_headers_are_one_address_when_nobody_is_trusted():
    addresses = {
        client_address("203.0.113.5", forwarded_for(f"198.51.{i // 250}.{i % 250}"), ())
        for i in range(1000)
    }

    assert addresses == {"203.0.113.5"}


def test_trusted_networks_accept_addresses_and_networks():
    networks = trusted_networks(("10.0.0.1/8", " ::1 "))

    assert [str(network) for network in networks] == ["10.0.0.0/8", "::1/128"]


def test_trusted_networks_refuse_what_is_no_network():
    with pytest.raises(ValueError, match="localhost"):
        trusted_networks(("localhost",))


@given(
    peer=st.text(st.characters()),
    name=st.sampled_from(["X-Forwarded-For", "Forwarded"]),
    value=st.text(st.characters()),
)
def test_no_header_makes_it_fail(peer, name, value):
    client_address(peer, [(name, value)], TRUSTED)
    client_address(PROXY, [(name, value)], TRUSTED)
