"""A made-up web: sites, their pages, and the people who visit them, skewed as they are in life."""

from __future__ import annotations

from functools import lru_cache
from math import log
from random import Random
from typing import NamedTuple, TypeVar

from benchmarks.plan import site_target
from benchmarks.traffic import Target, zipf
from visits.collect.browser import ClientKey
from visits.collect.page import CampaignKey
from visits.collect.place import LocationKey
from visits.models import Channel

BIG_SITE_SHARE = 0.8
SMALL_SITES = 50
BIG_SITE_PAGES = 20_000
SMALL_SITE_PAGES = 400
# What is drawn again and again is drawn once into a long list: choosing from it costs 0.1 µs.
POOL_SIZE = 1 << 17

ZONES = ("Europe/Berlin", "America/New_York", "Europe/London", "Asia/Kolkata", "America/Sao_Paulo",
         "Asia/Tokyo", "Australia/Sydney", "UTC", "America/Los_Angeles", "Europe/Paris")  # fmt: skip
SECTIONS = ("blog", "docs", "products", "help", "news", "guides", "topics", "archive")
SCREENS = ("1920x1080", "390x844", "412x915", "1536x864", "360x800", "1440x900", "393x852", "2560x1440",
           "1366x768", "430x932", "384x832", "375x812", "1728x1117", "820x1180", "800x1280", "1512x982",
           "414x896", "1280x800", "3840x2160", "768x1024", "393x873", "360x780", "1680x1050", "")  # fmt: skip
# Weight, name, newest version, versions in use, and the systems it runs on with the kind of device.
BROWSERS = (
    (42, "Chrome", 138, 16, ("Windows 10 desktop", "Android 14 mobile", "macOS 10.15 desktop",
                             "Linux  desktop", "ChromeOS  desktop", "Android 10 tablet")),
    (28, "Safari", 18, 5, ("iOS 18 mobile", "macOS 10.15 desktop", "iOS 17 mobile",
                           "iOS 18 tablet", "iOS 16 mobile")),
    (9, "Edge", 138, 12, ("Windows 10 desktop", "macOS 10.15 desktop", "Android 10 mobile")),
    (8, "Firefox", 140, 14, ("Windows 10 desktop", "Linux  desktop", "macOS 10.15 desktop",
                             "Android 14 mobile")),
    (4, "Samsung Internet", 28, 5, ("Android 10 mobile", "Android 10 tablet")),
    (2, "Opera", 121, 8, ("Windows 10 desktop", "Android 10 mobile", "macOS 10.15 desktop")),
    (2, "Google App", 378, 12, ("iOS 18 mobile", "iOS 17 mobile")),
    (2, "Facebook", 520, 10, ("iOS 18 mobile", "Android 14 mobile")),
    (1, "DuckDuckGo", 5, 2, ("Android 10 mobile", "iOS 18 mobile")),
    (1, "Vivaldi", 7, 3, ("Windows 10 desktop", "Linux  desktop")),
    (1, "", 0, 1, ("  ",)),
)  # fmt: skip
SOURCES = (
    (34, "", Channel.DIRECT, ""),
    (26, "Google", Channel.ORGANIC_SEARCH, "www.google.com/"),
    (3, "Google", Channel.PAID_SEARCH, "www.google.com/"),
    (3, "Bing", Channel.ORGANIC_SEARCH, "www.bing.com/"),
    (3, "DuckDuckGo", Channel.ORGANIC_SEARCH, "duckduckgo.com/"),
    (3, "GitHub", Channel.REFERRAL, "github.com/"),
    (3, "Reddit", Channel.ORGANIC_SOCIAL, "www.reddit.com/"),
    (3, "Facebook", Channel.ORGANIC_SOCIAL, "l.facebook.com/"),
    (2, "LinkedIn", Channel.ORGANIC_SOCIAL, "www.linkedin.com/"),
    (2, "Hacker News", Channel.ORGANIC_SOCIAL, "news.ycombinator.com/"),
    (2, "ChatGPT", Channel.AI_ASSISTANTS, "chatgpt.com/"),
    (2, "YouTube", Channel.ORGANIC_VIDEO, "www.youtube.com/"),
    (2, "newsletter", Channel.EMAIL, ""),
)
REFERRALS, REFERRALS_SHARE = 2000, 0.12
# Countries by weight, with the number of their cities that somebody visits from.
COUNTRIES = (
    "US DE GB FR IN NL CA ES BR IT AU PL AT CH SE JP BE CZ PT DK MX IE NO FI RO SG UA GR TR ZA"
)
LANGUAGES = ("en-US", "de-DE", "en-GB", "fr-FR", "en-IN", "nl-NL", "en-CA", "es-ES", "pt-BR", "it-IT",
             "en-AU", "pl-PL", "de-AT", "de-CH", "sv-SE", "ja-JP", "nl-BE", "cs-CZ", "pt-PT", "da-DK",
             "es-MX", "en-IE", "nb-NO", "fi-FI", "ro-RO", "en-SG", "uk-UA", "el-GR", "tr-TR",
             "en-ZA")  # fmt: skip
CAMPAIGNS = 120
CAMPAIGN_SHARE = 0.12
# Name, whether it is something that a visitor does on purpose, and its property with the values.
EVENTS = (
    ("Outbound link", True, "href", tuple(f"https://partner-{n}.example/" for n in range(40))),
    ("Read to the end", False, "", ()),
    ("Download", True, "file", tuple(f"/files/report-{n}.pdf" for n in range(25))),
    ("Signup", True, "plan", ("Free", "Pro", "Team")),
    ("Search", True, "term", tuple(f"term {n}" for n in range(60))),
    ("Video", True, "action", ("play", "pause", "end")),
)
# Visitors by the hour of their day, from midnight.
HOURS = (12, 8, 6, 5, 5, 7, 12, 22, 40, 58, 66, 66, 62, 64, 68, 68, 64, 60, 58, 60, 64, 60, 44, 26)
# Of 100 visits, how many see one page, two pages, and so on: 2.37 on average.
VIEWS = (49, 19, 11, 7, 5, 3.2, 2, 1.5, 1.3, 1)
READ_SECONDS, READ_SPREAD = 35, 1.0
READ_MIN_SECONDS, READ_MAX_SECONDS = 4, 1700
# Some browsers never tell how long a page was looked at.
MEASURED_SHARE = 0.85

Item = TypeVar("Item")


class Persona(NamedTuple):
    """What somebody visits with and from: positions in the lists of the world."""

    client: int
    location: int
    screen: int
    language: int


class Arrival(NamedTuple):
    source: int
    campaign: int


class Reading(NamedTuple):
    """How a page is read: seconds until the next one, and what the tracker measured, if it did."""

    seconds: int
    engaged_seconds: int | None
    scroll_percent: int | None


class SiteShape(NamedTuple):
    """A site: its share of all hits, and its pages, each as often as it is viewed."""

    target: Target
    zone: str
    share: float
    paths: tuple[str, ...]
    pages: list[int]


class World:
    """All that can be drawn, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)
        self.clients, client_weights = _clients()
        self.sources, source_weights = _sources()
        self.locations, location_weights, languages = _locations()
        self.campaigns = [CampaignKey(), *(_campaign(number) for number in range(CAMPAIGNS))]
        self.screens = list(SCREENS)
        self.languages = ["", *LANGUAGES]
        self.sites = [_site(random, number) for number in range(1 + SMALL_SITES)]
        clients = _pool(random, client_weights)
        locations = _pool(random, location_weights)
        screens = _pool(random, zipf(len(SCREENS), 0.7))
        self.personas = [
            Persona(client, location, screen, languages[location])
            for client, location, screen in zip(clients, locations, screens, strict=True)
        ]
        campaigns = _pool(random, [(1 - CAMPAIGN_SHARE) / CAMPAIGN_SHARE * 5, *zipf(CAMPAIGNS)])
        self.arrivals = [
            Arrival(source, campaign)
            for source, campaign in zip(_pool(random, source_weights), campaigns, strict=True)
        ]
        self.view_counts = [count + 1 for count in _pool(random, VIEWS)]
        self.readings = [_reading(random) for _ in range(POOL_SIZE)]
        self.day_seconds = [hour * 3600 + random.randrange(3600) for hour in _pool(random, HOURS)]
        self.events = _pool(random, zipf(len(EVENTS), 0.8))


@lru_cache(maxsize=2)
def world_of(seed: int) -> World:
    """Return the world of a seed; making one takes a second, and nothing in it changes."""
    return World(seed)


def _pool(
    random: Random, weights: list[float] | tuple[float, ...], size: int = POOL_SIZE
) -> list[int]:
    return random.choices(range(len(weights)), weights, k=size)


def _site(random: Random, number: int) -> SiteShape:
    ranks = zipf(SMALL_SITES)
    share = (1 - BIG_SITE_SHARE) * ranks[number - 1] / sum(ranks) if number else BIG_SITE_SHARE
    count = SMALL_SITE_PAGES if number else BIG_SITE_PAGES
    paths = ("/", *(_path(page) for page in range(1, count)))
    pages = _pool(random, zipf(count, 0.95), POOL_SIZE if number == 0 else POOL_SIZE >> 4)
    return SiteShape(site_target(number), ZONES[number % len(ZONES)], share, paths, pages)


def _path(number: int) -> str:
    return f"/{SECTIONS[number % len(SECTIONS)]}/{number:05d}-what-people-look-for"


def _clients() -> tuple[list[ClientKey], list[float]]:
    keys, weights = [], []
    for weight, browser, newest, versions, systems in BROWSERS:
        shares = zipf(versions, 1.3)
        system_shares = zipf(len(systems), 0.8)
        for age, share in enumerate(shares):
            for system, system_share in zip(systems, system_shares, strict=True):
                version = str(newest - age) if newest else ""
                keys.append(ClientKey(browser, version, *system.split(" ")))
                weights.append(weight * share / sum(shares) * system_share / sum(system_shares))
    return keys, weights


def _sources() -> tuple[list[tuple[str, Channel, str]], list[float]]:
    keys = [(name, channel, referrer) for _, name, channel, referrer in SOURCES]
    weights: list[float] = [weight for weight, *_ in SOURCES]
    ranks = zipf(REFERRALS)
    factor = sum(weights) * REFERRALS_SHARE / (1 - REFERRALS_SHARE) / sum(ranks)
    for number, rank in enumerate(ranks):
        name = f"blog-{number // 2}.example"
        keys.append((name, Channel.REFERRAL, f"{name}/{'' if number % 2 else 'links'}"))
        weights.append(rank * factor)
    return keys, weights


def _locations() -> tuple[list[LocationKey], list[float], list[int]]:
    """Return the places, their weights, and for each the position of the language spoken there."""
    countries = COUNTRIES.split()
    keys, weights, languages = [LocationKey("", "", "")], [0.05], [0]
    for position, (country, weight) in enumerate(zip(countries, zipf(len(countries)), strict=True)):
        cities = zipf(max(10, 120 // (position + 1)))
        for city, share in enumerate(cities):
            keys.append(LocationKey(country, f"Region {city % 8}", f"City {city}" if city else ""))
            weights.append(weight * share / sum(cities))
            languages.append(position + 1)
    return keys, weights, languages


def _campaign(number: int) -> CampaignKey:
    source, medium = (("newsletter", "email"), ("google", "cpc"), ("linkedin", "paid-social"))[
        number % 3
    ]
    return CampaignKey(source, medium, f"campaign-{number}", "", "")


def _reading(random: Random) -> Reading:
    seconds = int(random.lognormvariate(log(READ_SECONDS), READ_SPREAD))
    seconds = min(max(seconds, READ_MIN_SECONDS), READ_MAX_SECONDS)
    if random.random() > MEASURED_SHARE:
        return Reading(seconds, None, None)
    return Reading(seconds, int(seconds * random.uniform(0.5, 1)), random.randrange(10, 101))
