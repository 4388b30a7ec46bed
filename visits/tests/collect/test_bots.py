"""Who is a person, who a program, who a crawler, and what they are called."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.collect.bots import DATA, Agent, _classify, _name, bot_name, classify_agent

LISTED_CRAWLERS: list[str] = json.loads(
    (Path(__file__).resolve().parent.parent / "data" / "crawlers.json").read_text()
)
# Nine of the list look like browsers of people, such as the browsers inside Instagram and Facebook.
RECALL = 0.995

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"

BROWSERS = [
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/141.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 14; SM-S921B) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0"
    " Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 13; Pixel 7; wv) {WEBKIT} Version/4.0 Chrome/141.0.0.0"
    " Mobile Safari/537.36",
    "Mozilla/5.0 (Android 14; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0",
    "Mozilla/5.0 (Android 13; Tablet; rv:144.0) Gecko/144.0 Firefox/144.0",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {SAFARI} Version/18.6 Mobile/15E148"
    " Safari/604.1",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {SAFARI} CriOS/142.0.7444.46"
    " Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {SAFARI} FxiOS/144.0 Mobile/15E148"
    " Safari/604.1",
    f"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {SAFARI} Version/17.7 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {SAFARI} Mobile/15E148"
    " Instagram 390.0.0.28.85 (iPhone14,5; iOS 18_5; en_US; en; scale=3.00; 1170x2532; 760000000)",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {SAFARI} Mobile/15E148"
    " [FBAN/FBIOS;FBAV/530.0.0.41.73;FBBV/780000000;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/18.5]",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {SAFARI} GSA/390.0.800000000"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET CLR 2.0.50727)",
    "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
    f"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) {WEBKIT} SamsungBrowser/4.0 Chrome/76.0.3809.146"
    " TV Safari/537.36",
    f"Mozilla/5.0 (PlayStation; PlayStation 5/9.00) {SAFARI} Version/17.0 Safari/605.1.15",
    f"Mozilla/5.0 (Linux; Android 11; KFTRWI) {WEBKIT} Silk/128.3.1 like Chrome/128.0.6613.187"
    " Safari/537.36",
]

LIBRARIES = [
    "",
    " ",
    "-",
    "curl/8.14.1",
    "Wget/1.21.4",
    "python-requests/2.32.5",
    "python-httpx/0.28.1",
    "Python/3.13 aiohttp/3.13.1",
    "Python-urllib/3.12",
    "Go-http-client/2.0",
    "axios/1.12.2",
    "node",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "got (https://github.com/sindresorhus/got)",
    "okhttp/5.1.0",
    "Java/21.0.4",
    "Apache-HttpClient/5.5 (Java/21.0.4)",
    "libwww-perl/6.77",
    "GuzzleHttp/7",
    "Ruby",
    "PostmanRuntime/7.49.0",
    "HTTPie/3.2.4",
    "Dart/3.9 (dart:io)",
    "reqwest/0.12.23",
    "MyApp/12 CFNetwork/3826.500.131 Darwin/24.5.0",
    "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 7 Build/AP1A.240305.019)",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.2506",
]

CRAWLERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) {WEBKIT} Chrome/141.0.0.0 Mobile"
    " Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot",
    f"Mozilla/5.0 {WEBKIT}; compatible; ChatGPT-User/1.0; +https://openai.com/bot",
    "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.24.17.79 A",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers)",
    "Scrapy/2.13.3 (+https://scrapy.org)",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/87.0.4280.88 YextBot/Java Safari/537.36",
    f"Mozilla/5.0 (compatible; Googlebot/2.1) {WEBKIT} HeadlessChrome/142.0.0.0 Puppeteer",
    f"Mozilla/5.0 (Linux; Android 11; moto g power (2022)) {WEBKIT} Chrome/136.0.0.0 Mobile"
    " Safari/537.36 Chrome-Lighthouse",
    "WordPress/6.8; https://example.com",
    "Mozilla/5.0",
]

HEADLESS = [
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36 Puppeteer",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} HeadlessEdg/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 HeadlessFirefox/144.0",
    "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Playwright/1.56",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Cypress/15.5.0 Chrome/138.0.0.0 Electron/37.6.0"
    " Safari/537.36",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36; Selenium",
    f"Mozilla/5.0 (linux) {WEBKIT} jsdom/27.0.1",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 WebdriverIO",
    "puppeteer",
    "playwright/1.56",
]

NAMES = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
    (f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot", "GPTBot"),
    ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "ClaudeBot"),
    ("Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/slurp)", "Yahoo! Slurp"),
    ("Mozilla/5.0 (compatible; rss2tg bot; +http://komar.in/en/rss2tg_crawler)", "rss2tg bot"),
    ("Mozilla/5.0 (compatible; Let's Encrypt validation server)", "Let's Encrypt validation server"),
    (f"Mozilla/5.0 (Windows NT 6.1; WOW64) {WEBKIT} Chrome/50.0 Safari/537.36; 360Spider", "360Spider"),
    (f"Mozilla/5.0 (Linux; Android 11; moto g power (2022)) {WEBKIT} Chrome/136.0.0.0 Mobile"
     " Safari/537.36 Chrome-Lighthouse", "Chrome-Lighthouse"),
    (HEADLESS[0], "HeadlessChrome"),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebookexternalhit"),
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot-LinkExpanding"),
    ("Screaming Frog SEO Spider/22.2", "Screaming Frog SEO Spider"),
    ("larbin_2.6.2 (larbin@correa.org)", "larbin"),
    ("WordPress/6.8; https://example.com", "WordPress"),
    ("curl/8.14.1", "curl"),
    ("python-requests/2.32.5", "python-requests"),
    ("Apache-HttpClient/5.5 (Java/21.0.4)", "Apache-HttpClient"),
    ("MyApp/12 CFNetwork/3826.500.131 Darwin/24.5.0", "MyApp"),
    (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} (+https://www.loc.gov/programs/)", "loc.gov"),
    ("Mozilla/5.0", "Mozilla"),
    ("", "No user agent"),
    ("-", "No user agent"),
    (" \u202e\x00", "No user agent"),
    ("\u4f60\u597d/1.0", "\u4f60\u597d"),
    ("((((", "(((("),
    ("..", "No user agent"),
    ("x" * 512, "x" * 50),
]  # fmt: skip

ADVERSARIAL = [
    "mozilla/5.0 (" * 40,
    "mozilla/5.0 (compatible;" + " 1" * 240,
    "mozilla/5.0 (" + "a1.1 " * 100,
    "a/1.0;" * 90,
    "@a-" * 170,
    "; a" * 170,
    "1." * 256,
    "v1.1" * 128,
    "a " * 256,
    " " * 512,
    "(" * 512,
    "\u0130" * 512,
    "x" * 1_000_000,
]


@pytest.mark.parametrize("user_agent", BROWSERS)
def test_a_browser_speaks_for_a_person(user_agent: str) -> None:
    assert classify_agent(user_agent) is Agent.HUMAN


@pytest.mark.parametrize("user_agent", LIBRARIES)
def test_a_library_or_nothing_speaks_for_a_program(user_agent: str) -> None:
    assert classify_agent(user_agent) is Agent.LIBRARY


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_crawlers_previews_and_monitors_are_crawlers(user_agent: str) -> None:
    assert classify_agent(user_agent) is Agent.CRAWLER


@pytest.mark.parametrize("user_agent", HEADLESS)
def test_a_browser_that_a_program_steers_is_headless(user_agent: str) -> None:
    assert classify_agent(user_agent) is Agent.HEADLESS


def test_an_application_made_with_electron_shows_pages_to_a_person() -> None:
    agent = (
        f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Slack/4.46.0 Chrome/140.0.0.0 Electron/38.1.0"
    )

    assert classify_agent(f"{agent} Safari/537.36") is Agent.HUMAN


def test_nearly_every_listed_crawler_is_no_person() -> None:
    recognised = [agent for agent in LISTED_CRAWLERS if classify_agent(agent) is not Agent.HUMAN]

    assert len(LISTED_CRAWLERS) > 2000
    assert len(recognised) / len(LISTED_CRAWLERS) >= RECALL


@pytest.mark.parametrize(("user_agent", "name"), NAMES)
def test_bot_has_the_name_that_people_know_it_by(user_agent: str, name: str) -> None:
    assert bot_name(user_agent) == name


def test_every_listed_crawler_has_a_short_name_without_its_version() -> None:
    names = [bot_name(agent) for agent in LISTED_CRAWLERS]

    assert all(0 < len(name) <= 50 and name.isprintable() for name in names)
    assert len(set(names)) < len(names) * 0.8
    assert names.count("Mozilla") < len(names) * 0.005


def test_upper_and_lower_case_are_the_same() -> None:
    assert classify_agent("CURL/8.14.1") is Agent.LIBRARY
    assert classify_agent("GOOGLEBOT") is Agent.CRAWLER


def test_only_the_first_512_characters_are_read() -> None:
    assert classify_agent(BROWSERS[0].ljust(512) + "Googlebot") is Agent.HUMAN


def test_every_pattern_of_the_list_is_in_use() -> None:
    patterns = json.loads((DATA / "bots.json").read_text())

    assert len(patterns) > 200
    assert len(set(patterns)) == len(patterns)


@pytest.mark.parametrize("user_agent", ADVERSARIAL, ids=lambda agent: agent[:20])
def test_adversarial_agents_take_less_than_20_ms(user_agent: str) -> None:
    assert _seconds_of(classify_agent, user_agent) < 0.02
    assert _seconds_of(bot_name, user_agent) < 0.02


def test_a_thousand_random_mixtures_of_what_patterns_look_for_take_less_than_20_ms_each() -> None:
    mixer = random.Random(17)
    pieces = [*"();/ .-:|@1a", "mozilla/5.0 (", "1.0", "http", "bot", "google", "\u00e9", "java"]
    agents = ["".join(mixer.choices(pieces, k=400)) for _ in range(1000)]

    assert max(_seconds_of(classify_agent, agent) for agent in agents) < 0.02
    assert max(_seconds_of(bot_name, agent) for agent in agents) < 0.02


def _seconds_of(read: Callable[[str], object], user_agent: str) -> float:
    _classify.cache_clear()
    _name.cache_clear()
    started = time.process_time()
    read(user_agent)
    return time.process_time() - started


@given(st.text(st.characters()))
def test_no_agent_makes_it_fail(user_agent: str) -> None:
    name = bot_name(user_agent)

    assert classify_agent(user_agent) in Agent
    assert 0 < len(name) <= 50
    assert b"\x00" not in name.encode()
