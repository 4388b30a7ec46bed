"""Browser, system and device of user agents."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.collect.browser import ClientKey, _parse, parse_client

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)"


@pytest.mark.parametrize(
    ("user_agent", "client"),
    [
        # Desktop
        (
            f"{WINDOWS} {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "142", "Windows", "10", "desktop"),
        ),
        (
            f"{WINDOWS} {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            ("Edge", "142", "Windows", "10", "desktop"),
        ),
        (
            f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0",
            ("Opera", "124", "Windows", "10", "desktop"),
        ),
        (
            "Mozilla/5.0 (Windows NT 6.3; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
            ("Firefox", "115", "Windows", "8.1", "desktop"),
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; Tablet PC 2.0; rv:11.0) like Gecko",
            ("Internet Explorer", "11", "Windows", "7", "desktop"),
        ),
        (
            f"{MAC} {SAFARI} Version/26.0 Safari/605.1.15",
            ("Safari", "26", "macOS", "10.15", "desktop"),
        ),
        (
            f"{MAC} {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "142", "macOS", "10.15", "desktop"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 13_4; rv:120.0) Gecko/20100101 Firefox/120.0",
            ("Firefox", "120", "macOS", "13", "desktop"),
        ),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            ("Firefox", "140", "Linux", "", "desktop"),
        ),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "142", "Linux", "", "desktop"),
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/141.0.0.0 Safari/537.36",
            ("Chrome", "141", "ChromeOS", "", "desktop"),
        ),
        # Phones
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36",
            ("Chrome", "142", "Android", "10", "mobile"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; Pixel 7; wv) {WEBKIT} Version/4.0 Chrome/141.0.0.0"
            " Mobile Safari/537.36",
            ("Chrome", "141", "Android", "13", "mobile"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; SM-S921B) {WEBKIT} SamsungBrowser/28.0"
            " Chrome/130.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet", "28", "Android", "14", "mobile"),
        ),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0",
            ("Firefox", "144", "Android", "14", "mobile"),
        ),
        (
            f"{IPHONE} {SAFARI} Version/18.6 Mobile/15E148 Safari/604.1",
            ("Safari", "18", "iOS", "18", "mobile"),
        ),
        (
            f"{IPHONE} {SAFARI} CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1",
            ("Chrome", "142", "iOS", "18", "mobile"),
        ),
        (
            f"{IPHONE} {SAFARI} FxiOS/144.0 Mobile/15E148 Safari/604.1",
            ("Firefox", "144", "iOS", "18", "mobile"),
        ),
        (
            f"{IPHONE} {SAFARI} EdgiOS/141.0.3537.99 Version/18.0 Mobile/15E148 Safari/604.1",
            ("Edge", "141", "iOS", "18", "mobile"),
        ),
        (
            "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
            ("Opera Mini", "36", "Android", "", "mobile"),
        ),
        (
            "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
            ("Firefox", "48", "KaiOS", "2", "mobile"),
        ),
        # Tablets
        (
            f"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {SAFARI} Version/17.7 Mobile/15E148"
            " Safari/604.1",
            ("Safari", "17", "iOS", "17", "tablet"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "142", "Android", "10", "tablet"),
        ),
        (
            "Mozilla/5.0 (Android 13; Tablet; rv:144.0) Gecko/144.0 Firefox/144.0",
            ("Firefox", "144", "Android", "13", "tablet"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 11; KFTRWI) {WEBKIT} Silk/128.3.1 like"
            " Chrome/128.0.6613.187 Safari/537.36",
            ("Amazon Silk", "128", "Android", "11", "tablet"),
        ),
        # Televisions and consoles
        (
            f"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) {WEBKIT} SamsungBrowser/4.0"
            " Chrome/76.0.3809.146 TV Safari/537.36",
            ("Samsung Internet", "4", "Tizen", "6", "tv"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7633) {WEBKIT} Chrome/112.0.5615.197"
            " Mobile Safari/537.36",
            ("Chrome", "112", "Android", "9", "tv"),
        ),
        (
            f"Mozilla/5.0 (PlayStation; PlayStation 5/9.00) {SAFARI} Version/17.0 Safari/605.1.15",
            ("Safari", "17", "", "", "console"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) {WEBKIT} Chrome/118.0.0.0"
            " Safari/537.36 Edge/44.18363.8131",
            ("Edge", "44", "Windows", "10", "console"),
        ),
        # Nothing to be known
        ("", ("", "", "", "", "")),
        ("Mozilla/5.0", ("", "", "", "", "")),
        ("curl/8.14.1", ("curl", "8", "", "", "")),
    ],
)
def test_user_agent_is_named_as_people_name_it(user_agent: str, client: tuple[str, ...]) -> None:
    assert parse_client(user_agent) == ClientKey(*client)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (" + "android " * 60,
        "tizen " * 80,
        "webos " * 80,
        "silk/" * 100,
        "Chrome/1." + "1" * 500,
        "(" * 512,
        "\u00e9" * 512,
        "x" * 1_000_000,
    ],
    ids=lambda agent: agent[:20],
)
def test_adversarial_agents_take_less_than_20_ms(user_agent: str) -> None:
    parse_client("the expressions are compiled at the first call")
    _parse.cache_clear()
    started = time.process_time()

    parse_client(user_agent)

    assert time.process_time() - started < 0.02


@given(st.text(st.characters()))
def test_any_agent_gives_values_that_can_be_stored(user_agent: str) -> None:
    client = parse_client(user_agent)

    assert b"\x00" not in "".join(client).encode()
    assert len(client.browser) <= 50
    assert len(client.os) <= 50
    assert len(client.browser_version) <= 20
    assert len(client.os_version) <= 20
    assert client.device in {"desktop", "mobile", "tablet", "tv", "console", ""}
