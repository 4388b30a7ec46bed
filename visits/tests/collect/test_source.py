"""What the sources of visits are called, and which referrers are spam."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.collect import source
from visits.collect.page import CampaignKey
from visits.collect.source import (
    DATA,
    SourceKind,
    SourceName,
    is_referrer_spam,
    resolve_source,
)

DOMAIN = "example.com"
NO_CAMPAIGN = CampaignKey()


def source_of(referrer: str, *, utm_source: str = "", ref: str = "") -> SourceName:
    return resolve_source(referrer, f"www.{DOMAIN}", DOMAIN, CampaignKey(utm_source), ref)


@pytest.mark.parametrize(
    ("referrer", "name", "kind"),
    [
        # Search engines, in all countries
        ("https://www.google.com/", "Google", "search"),
        ("https://www.google.co.uk/search?q=x", "Google", "search"),
        ("https://www.google.com.au/", "Google", "search"),
        ("https://google.at/", "Google", "search"),
        ("https://www.bing.com/", "Bing", "search"),
        ("https://duckduckgo.com/", "DuckDuckGo", "search"),
        ("https://search.brave.com/", "Brave", "search"),
        ("https://www.ecosia.org/", "Ecosia", "search"),
        ("https://yandex.com.tr/", "Yandex", "search"),
        ("https://de.search.yahoo.com/", "Yahoo!", "search"),
        ("https://www.baidu.com/", "Baidu", "search"),
        ("https://www.startpage.com/", "Startpage", "search"),
        ("https://kagi.com/", "Kagi", "search"),
        ("android-app://com.google.android.googlequicksearchbox/", "Google", "search"),
        # Other services of search engines are no searches
        ("https://docs.google.com/document/d/1", "Google Docs", "referral"),
        ("https://example.docs.google.com/", "Google Docs", "referral"),
        ("https://cloud.google.com/", "cloud.google.com", "referral"),
        ("https://news.yahoo.com/", "Yahoo! News", "referral"),
        # Social networks, with everything below their hosts
        ("https://news.ycombinator.com/item?id=1", "Hacker News", "social"),
        ("https://www.facebook.com/", "Facebook", "social"),
        ("https://l.facebook.com/l.php?u=x", "Facebook", "social"),
        ("https://en-gb.facebook.com/", "Facebook", "social"),
        ("https://t.co/abc", "X (Twitter)", "social"),
        ("https://x.com/", "X (Twitter)", "social"),
        ("https://old.reddit.com/r/django", "Reddit", "social"),
        ("https://www.linkedin.com/", "LinkedIn", "social"),
        ("https://lnkd.in/abc", "LinkedIn", "social"),
        ("android-app://com.linkedin.android/", "LinkedIn", "social"),
        ("https://bsky.app/", "Bluesky", "social"),
        ("https://fosstodon.org/@django", "Mastodon", "social"),
        ("https://www.instagram.com/", "Instagram", "social"),
        ("https://www.tiktok.com/", "TikTok", "social"),
        ("https://www.xiaohongshu.com/", "Xiaohongshu", "social"),
        ("https://truthsocial.com/", "Truth Social", "social"),
        # Video, shopping, mail, assistants
        ("https://m.youtube.com/watch?v=1", "YouTube", "video"),
        ("https://youtu.be/1", "YouTube", "video"),
        ("https://vimeo.com/1", "Vimeo", "video"),
        ("https://www.amazon.co.jp/", "Amazon", "shopping"),
        ("https://aws.amazon.com/", "AWS", "referral"),
        ("https://www.ebay.de/itm/1", "eBay", "shopping"),
        ("https://mail.google.com/", "Gmail", "email"),
        ("android-app://com.google.android.gm/", "Gmail", "email"),
        ("https://outlook.live.com/", "Outlook", "email"),
        ("https://link.mail.beehiiv.com/v1/c/abc", "beehiiv", "email"),
        ("https://webmail.university.example/", "webmail.university.example", "email"),
        ("https://chatgpt.com/", "ChatGPT", "ai"),
        ("https://gemini.google.com/app", "Gemini", "ai"),
        ("https://claude.ai/", "Claude", "ai"),
        ("https://www.perplexity.ai/", "Perplexity", "ai"),
        ("https://copilot.microsoft.com/", "Copilot", "ai"),
        ("https://assistant.kagi.com/", "Kagi Assistant", "ai"),
        ("https://manus.im/share/1", "Manus", "ai"),
        # Everybody else
        ("https://www.blog.example.org/post", "blog.example.org", "referral"),
        ("https://blog.example.org:8443/post", "blog.example.org", "referral"),
        ("https://Blog.Example.ORG./post", "blog.example.org", "referral"),
        ("https://bücher.example/", "xn--bcher-kva.example", "referral"),
        ("https://user:secret@blog.example.org/", "blog.example.org", "referral"),
        ("http://192.0.2.1/", "192.0.2.1", "referral"),
        ("https://google.example.org/", "google.example.org", "referral"),
        ("https://facebook.com.evil.example/", "facebook.com.evil.example", "referral"),
        ("https://notfacebook.com/", "notfacebook.com", "referral"),
        ("android-app://org.example.reader/x", "org.example.reader", "referral"),
    ],
)
def test_referring_host_has_a_proper_name_and_a_kind(referrer: str, name: str, kind: str) -> None:
    found = source_of(referrer)

    assert (found.name, found.kind) == (name, SourceKind(kind))


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        "-",
        "https://example.com/",
        "https://www.example.com/a",
        "https://shop.example.com/",
        "http://EXAMPLE.com.:8080/",
        "about:blank",
        "file:///home/me/page.html",
        "chrome-extension://abc/page.html",
        "javascript:alert(1)",
        "no url at all",
        "https://",
        "https://[::1/",
    ],
)
def test_own_hosts_and_what_is_no_web_page_are_direct(referrer: str) -> None:
    assert source_of(referrer) == ("", "", SourceKind.DIRECT)


def test_a_host_that_only_looks_like_the_site_is_a_referral() -> None:
    assert source_of("https://evil-example.com/").name == "evil-example.com"


@pytest.mark.parametrize(
    ("tag", "name", "kind"),
    [
        ("google", "Google", "search"),
        ("Google", "Google", "search"),
        ("adwords", "Google", "search"),
        ("facebook", "Facebook", "social"),
        ("fb", "Facebook", "social"),
        ("FACEBOOK.COM", "Facebook", "social"),
        ("www.linkedin.com", "LinkedIn", "social"),
        ("https://news.ycombinator.com/item", "Hacker News", "social"),
        ("twitter", "X (Twitter)", "social"),
        ("chatgpt.com", "ChatGPT", "ai"),
        ("youtube", "YouTube", "video"),
        ("www.partner.example", "partner.example", "referral"),
        ("Spring Newsletter", "Spring Newsletter", "referral"),
        ("newsletter", "newsletter", "referral"),
        ("Inbox", "Inbox", "referral"),
        ("v1.0 beta", "v1.0 beta", "referral"),
        ("...", "...", "referral"),
        ("[::1", "[::1", "referral"),
    ],
)
def test_link_names_its_source_itself(tag: str, name: str, kind: str) -> None:
    expected = (name, "blog.example.org/post", SourceKind(kind))

    assert source_of("https://blog.example.org/post", utm_source=tag) == expected
    assert source_of("https://blog.example.org/post", ref=tag) == expected


def test_utm_source_goes_before_ref() -> None:
    assert source_of("", utm_source="twitter", ref="google").name == "X (Twitter)"


def test_tagged_link_on_an_own_page_keeps_its_source_without_a_referrer() -> None:
    found = source_of("https://example.com/", utm_source="poster")

    assert found == ("poster", "", SourceKind.REFERRAL)


def test_referrer_is_host_and_path_without_query() -> None:
    found = source_of("https://user:secret@Blog.Example.org:8443/a/b?token=secret#fragment")

    assert found.referrer == "blog.example.org/a/b"


def test_referrer_without_a_host_names_no_page() -> None:
    assert source_of("https://./page", utm_source="poster").referrer == ""


# Printable ASCII without a user, which is what the quick way reads.
PLAIN_ADDRESSES = st.from_regex(
    r"\Ahttps?://[A-Za-z0-9_.-]{1,20}(:[0-9]{0,5})?(/[!\"$->@-~]{0,30})?\Z", fullmatch=True
)


@given(PLAIN_ADDRESSES)
def test_quick_way_to_split_a_referrer_finds_what_the_slow_one_finds(address: str) -> None:
    plain = source.PLAIN_REFERRER.fullmatch(address)

    assert plain is not None
    assert (plain[1].lower(), plain[2]) == source._split_strange(address)


def test_query_and_fragment_of_a_referrer_are_not_remembered() -> None:
    source._referrer.cache_clear()

    for secret in range(10):
        is_referrer_spam(f"https://blog.example.org/post?token={secret}")
        is_referrer_spam(f"https://blog.example.org/post#{secret}?a")

    assert source._referrer.cache_info().currsize == 1


def test_long_referrers_are_not_remembered() -> None:
    source._referrer.cache_clear()

    for number in range(10):
        source_of(f"https://blog.example.org/{'x' * 500}{number}")

    assert source._referrer.cache_info().currsize == 0


def test_referrer_and_name_are_clean_and_cut() -> None:
    found = source_of(f"https://{'a' * 63}.{'b' * 63}.example/\x00{'c' * 600}")

    assert len(found.name) == 100
    assert len(found.referrer) == 500
    assert "\x00" not in found.referrer


def test_every_spammer_is_recognised_on_its_host_and_below() -> None:
    hosts = json.loads((DATA / "spammers.json").read_text())

    missed = [
        host
        for host in hosts
        for referrer in (
            f"https://{host}/",
            f"http://www.{host.upper()}:80/x",
            f"http://a.b.{host}",
        )
        if not is_referrer_spam(referrer)
    ]

    assert len(hosts) > 2300
    assert missed == []


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        "-",
        "https://www.google.com/",
        "https://news.ycombinator.com/item?id=1",
        "https://semalt.com.example.org/",
        "https://notsemalt.com/",
        "https://example.org/?u=https://semalt.com/",
        "https://com/",
        "https://[::1/",
    ],
)
def test_honest_referrers_are_no_spam(referrer: str) -> None:
    assert not is_referrer_spam(referrer)


def test_own_list_names_no_host_twice() -> None:
    kinds = json.loads((DATA / "named_sources.json").read_text())
    hosts = [host for names in kinds.values() for of_name in names.values() for host in of_name]

    assert len(hosts) == len(set(hosts))
    assert set(kinds) <= set(SourceKind)


@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=100))
def test_no_referrer_makes_it_fail(text: str, tag: str) -> None:
    for referrer in (text, f"https://{text}", f"https://example.org/{text}"):
        is_referrer_spam(referrer)
        found = source_of(referrer)
        source_of(referrer, utm_source=tag)
        assert b"\x00" not in f"{found.name}{found.referrer}".encode()


@pytest.mark.parametrize(
    "referrer",
    ["https://" + "a." * 2000, "https://" + "é." * 120, "https://example.org/" + "%00" * 1300],
)
def test_adversarial_referrers_take_less_than_20_ms(referrer: str) -> None:
    started = time.process_time()

    source_of(referrer)

    assert time.process_time() - started < 0.02
