"""Which page a URL means, and what it says of the way there."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.collect import page
from visits.collect.page import (
    CampaignKey,
    InvalidUrl,
    PageKey,
    clean_hostname,
    clean_page,
    is_hostname_of,
)

DOMAIN = "example.com"


@pytest.mark.parametrize(
    ("url", "hostname", "path"),
    [
        # Host names
        ("https://example.com/pricing", "example.com", "/pricing"),
        ("http://www.example.com/", "www.example.com", "/"),
        ("HTTPS://EXAMPLE.COM/Pricing", "example.com", "/Pricing"),
        ("https://example.com./a", "example.com", "/a"),
        ("https://example.com:8443/a", "example.com", "/a"),
        ("https://user:secret@example.com/a", "example.com", "/a"),
        ("https://bücher.example/a", "xn--bcher-kva.example", "/a"),
        ("https://BÜCHER.example/a", "xn--bcher-kva.example", "/a"),
        ("https://xn--bcher-kva.example/a", "xn--bcher-kva.example", "/a"),
        ("https://127.0.0.1:8000/a", "127.0.0.1", "/a"),
        ("https://[::1]:8000/a", "::1", "/a"),
        ("https://my_shop.example.com/a", "my_shop.example.com", "/a"),
        ("//example.com/a", "example.com", "/a"),
        ("  https://example.com/a\n", "example.com", "/a"),
        # Relative URLs belong to the site
        ("/a/b", "example.com", "/a/b"),
        ("a/b", "example.com", "/a/b"),
        ("?utm_source=x", "example.com", "/"),
        ("#top", "example.com", "/"),
        ("", "example.com", "/"),
        # Paths
        ("https://example.com", "example.com", "/"),
        ("https://example.com?a=b", "example.com", "/"),
        ("https://example.com/a?b=c&d=e#f", "example.com", "/a"),
        ("https://example.com/a/", "example.com", "/a/"),
        ("https://example.com/a;b=c", "example.com", "/a;b=c"),
        ("https://example.com/a%20b", "example.com", "/a b"),
        ("https://example.com/caf%C3%A9", "example.com", "/café"),
        ("https://example.com/café", "example.com", "/café"),
        ("https://example.com/%E4%BD%A0", "example.com", "/你"),
        ("https://example.com/caf%E9", "example.com", "/caf%E9"),
        ("https://example.com/%C3%A9/%E9", "example.com", "/é/%E9"),
        ("https://example.com/100%", "example.com", "/100%"),
        ("https://example.com/a%2fb", "example.com", "/a%2Fb"),
        ("https://example.com/a%3Fb%23c%25", "example.com", "/a%3Fb%23c%25"),
        ("https://example.com/a%00b%0Ac", "example.com", "/abc"),
        ("https://example.com/a\x00b\ud800c", "example.com", "/abc"),
    ],
)
def test_url_gives_hostname_and_path(url: str, hostname: str, path: str) -> None:
    assert clean_page(url, DOMAIN).page == PageKey(hostname, path)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.com/",
        "about:blank",
        "chrome-extension://abc/page.html",
        "localhost:8000/",
        "http:/example.com",
        "http:",
        "https://",
        "https://user@/",
        "https://[::1/",
        "https://[not-an-address]/",
        "https://example.com\\@evil.example/",
        "https://exa\uff03mple.com/",
        f"https://{'a' * 250}.example.com/",
        # Host names that no browser sends: it writes them in punycode or opens no page at all.
        "https://<img src=x onerror=alert(1)>.example.com/",
        "https://%3Cb%3E.example.com/",
        "https://a b.example.com/",
        f"https://{chr(0x1F600) * 200}.example.com/",
        "https://xn--ü.example.com/",
    ],
)
def test_what_is_no_web_page_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(InvalidUrl) as caught:
        clean_page(url, DOMAIN)

    assert str(caught.value).startswith("The ")
    assert str(caught.value).endswith(".")


def test_path_is_cut_by_characters() -> None:
    cleaned = clean_page("https://example.com/" + "%C3%A9" * 600, DOMAIN).page

    assert cleaned.path == "/" + "é" * 499


def test_campaign_is_read_as_sent() -> None:
    url = (
        "https://example.com/?utm_source=News+Letter&UTM_Medium=e%2Dmail&utm_campaign=Fr%C3%BChling"
        "&utm_term=%FF&utm_content=a%3Db&utm_source=second"
    )

    assert clean_page(url, DOMAIN).campaign == CampaignKey(
        "News Letter", "e-mail", "Frühling", "\ufffd", "a=b"
    )


def test_campaign_values_are_clean_and_cut() -> None:
    url = f"https://example.com/?utm_source=a%00b%0A&utm_medium={'x' * 200}"

    campaign = clean_page(url, DOMAIN).campaign

    assert campaign.utm_source == "ab"
    assert campaign.utm_medium == "x" * 100


@pytest.mark.parametrize(
    ("query", "ref"),
    [
        ("ref=producthunt", "producthunt"),
        ("source=newsletter", "newsletter"),
        ("source=newsletter&ref=producthunt", "producthunt"),
        ("ref=", ""),
        ("reference=x", ""),
        ("a=b", ""),
    ],
)
def test_ref_and_source_name_where_a_link_stands(query: str, ref: str) -> None:
    assert clean_page(f"https://example.com/?{query}", DOMAIN).ref == ref


@pytest.mark.parametrize(
    ("query", "click_id"),
    [
        ("gclid=Cj0KCQ", "gclid"),
        ("msclkid=abc", "msclkid"),
        ("a=b&ttclid=1&utm_source=tiktok", "ttclid"),
        ("fbclid=IwAR", ""),
        ("gclid=", ""),
    ],
)
def test_click_id_is_kept_by_name_and_not_by_value(query: str, click_id: str) -> None:
    assert clean_page(f"https://example.com/?{query}", DOMAIN).click_id == click_id


@pytest.mark.parametrize(
    ("hostname", "is_of"),
    [
        ("example.com", True),
        ("www.example.com", True),
        ("a.b.example.com", True),
        ("evil-example.com", False),
        ("example.com.evil.net", False),
        ("notexample.com", False),
        ("example.co", False),
        ("com", False),
        ("", False),
        (".example.com", True),
        ("xn--example-9ua.com", False),
    ],
)
def test_only_the_domain_and_what_lies_below_it_belongs_to_a_site(
    hostname: str, is_of: bool
) -> None:
    assert is_hostname_of(hostname, "example.com") is is_of


# Printable ASCII without a user, which is what the quick way reads.
PLAIN_URLS = st.from_regex(
    r"\Ahttps?://[A-Za-z0-9_.-]{1,20}(:[0-9]{0,5})?(/[!\"$->@-~]{0,30})?(\?[!\"$-~]{0,30})?(#[!-~]{0,9})?\Z",
    fullmatch=True,
)


@given(PLAIN_URLS)
def test_quick_way_to_split_a_url_finds_what_the_slow_one_finds(url: str) -> None:
    plain = page.PLAIN_URL.fullmatch(url)
    parts = page._split_strange(url)

    assert plain is not None
    assert plain.groups("") == (plain[1], parts.path, parts.query, parts.fragment)
    assert plain[1].lower() == parts.hostname


def test_values_that_differ_for_each_visitor_are_not_remembered() -> None:
    page._value_of.cache_clear()

    for number in range(10):
        clean_page(f"/?gclid={number}&token={number}&utm_source={'x' * 100}{number}", DOMAIN)
        clean_page(f"/{'x' * 500}{number}", DOMAIN)

    assert page._value_of.cache_info().currsize == 0


def test_hostname_that_has_no_punycode_stays_as_it_is() -> None:
    assert clean_hostname("a\u200d.Example") == "a\u200d.example"


# Lone surrogates included: JSON can spell them.
@given(st.text(st.characters(), max_size=300))
def test_whatever_is_sent_can_be_stored_or_is_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}", f"/?utm_source={text}"):
        try:
            cleaned = clean_page(url, DOMAIN).page
        except InvalidUrl:
            continue
        assert cleaned.path.startswith("/")
        assert b"\x00" not in f"{cleaned.hostname}{cleaned.path}".encode()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/" + "%" * 4000,
        "https://example.com/" + "%41" * 1300,
        "https://example.com/" + "%E9%" * 1000,
        "https://example.com/?" + "utm_source=%&" * 300,
        "https://example.com/?" + "&" * 4000,
        "https://" + "é." * 120 + "com/",
        "https://" + "\u0345" * 250 + "/",
        "https://" + "a@" * 2000,
    ],
)
def test_adversarial_urls_take_less_than_20_ms(url: str) -> None:
    page._hostname_of.cache_clear()
    started = time.process_time()

    with suppress(InvalidUrl):
        clean_page(url, DOMAIN)

    assert time.process_time() - started < 0.02


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://example.com/app#/settings", "/app#/settings"),
        ("https://example.com#/settings", "/#/settings"),
        ("https://example.com/#!/settings", "/#!/settings"),
        ("https://example.com/#!settings", "/#!settings"),
        ("/app#/settings?tab=2", "/app#/settings"),
        ("https://example.com/app#/caf%C3%A9", "/app#/café"),
        ("https://example.com/app#section", "/app"),
        ("https://example.com/app#", "/app"),
        ("https://example.com/app?a=1#/b", "/app#/b"),
        ("https://example.com/app%23/b", "/app%23/b"),
    ],
)
def test_route_behind_the_hash_is_part_of_the_page(url: str, path: str) -> None:
    assert clean_page(url, "example.com").page.path == path
