"""The people who visit the demo site: where they are and what they look at it with."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from random import Random
from typing import NamedTuple

from visits.collect.place import LocationKey
from visits.demo.choice import Weighted


class Person(NamedTuple):
    """Somebody who visits. The address is from the range for documentation, one of its own each day."""

    address: str
    user_agent: str
    screen: str
    language: str
    place: LocationKey


class Device(NamedTuple):
    """A device: its user agent with the versions left open, and the sizes of its screens."""

    agent: str
    screens: tuple[str, ...]


class Home(NamedTuple):
    place: LocationKey
    languages: tuple[str, ...]


MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "(Windows NT 10.0; Win64; x64)"
MACINTOSH = "(Macintosh; Intel Mac OS X 10_15_7)"
LINUX = "(X11; Linux x86_64)"
ANDROID = "(Linux; Android 10; K)"

DESKTOP_SCREENS = ("1920x1080", "1920x1080", "2560x1440", "1536x864", "1366x768", "3840x2160")
MAC_SCREENS = ("1440x900", "1512x982", "1728x1117", "2560x1440")
PHONE_SCREENS = ("412x915", "360x800", "393x873", "384x832")
IPHONE_SCREENS = ("390x844", "393x852", "430x932", "375x812")
IPAD_SCREENS = ("820x1180", "1024x1366", "810x1080")
TABLET_SCREENS = ("800x1280", "753x1205")

DEVICES: Weighted[Device] = Weighted(
    (
        (23, Device(f"{MOZILLA} {WINDOWS} {WEBKIT} Chrome/{{chrome}} Safari/537.36", DESKTOP_SCREENS)),
        (11, Device(f"{MOZILLA} {MACINTOSH} {WEBKIT} Chrome/{{chrome}} Safari/537.36", MAC_SCREENS)),
        (5, Device(f"{MOZILLA} {LINUX} {WEBKIT} Chrome/{{chrome}} Safari/537.36", DESKTOP_SCREENS)),
        (1, Device(f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/{{chrome}} Safari/537.36",
                   ("1366x768", "1920x1080"))),
        (14, Device(f"{MOZILLA} {ANDROID} {WEBKIT} Chrome/{{chrome}} Mobile Safari/537.36",
                    PHONE_SCREENS)),
        (1, Device(f"{MOZILLA} {ANDROID} {WEBKIT} Chrome/{{chrome}} Safari/537.36", TABLET_SCREENS)),
        (6, Device(f"{MOZILLA} {WINDOWS} {WEBKIT} Chrome/{{chrome}} Safari/537.36 Edg/{{chrome}}",
                   DESKTOP_SCREENS)),
        (1, Device(f"{MOZILLA} {WINDOWS} {WEBKIT} Chrome/{{chrome}} Safari/537.36 OPR/{{opera}}",
                   DESKTOP_SCREENS)),
        (2, Device(f"{MOZILLA} {ANDROID} {WEBKIT} SamsungBrowser/{{samsung}} Chrome/{{chrome}} "
                   "Mobile Safari/537.36", PHONE_SCREENS)),
        (8, Device(f"{MOZILLA} {MACINTOSH} {SAFARI} Version/{{safari}} Safari/605.1.15", MAC_SCREENS)),
        (14, Device(f"{MOZILLA} (iPhone; CPU iPhone OS 18_6 like Mac OS X) {SAFARI} "
                    "Version/{safari} Mobile/15E148 Safari/604.1", IPHONE_SCREENS)),
        (2, Device(f"{MOZILLA} (iPad; CPU OS 18_6 like Mac OS X) {SAFARI} "
                   "Version/{safari} Mobile/15E148 Safari/604.1", IPAD_SCREENS)),
        (5, Device(f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:{{firefox}}) Gecko/20100101 "
                   "Firefox/{firefox}", DESKTOP_SCREENS)),
        (5, Device(f"{MOZILLA} (X11; Linux x86_64; rv:{{firefox}}) Gecko/20100101 Firefox/{{firefox}}",
                   DESKTOP_SCREENS)),
        (2, Device(f"{MOZILLA} (Macintosh; Intel Mac OS X 10.15; rv:{{firefox}}) Gecko/20100101 "
                   "Firefox/{firefox}", MAC_SCREENS)),
        (1, Device(f"{MOZILLA} (Android 14; Mobile; rv:{{firefox}}) Gecko/{{firefox}} "
                   "Firefox/{firefox}", PHONE_SCREENS)),
    )
)  # fmt: skip

GERMAN, ENGLISH = ("de-DE", "de-DE", "de-DE", "en-US"), ("en-US",)
BRITISH, FRENCH = ("en-GB",), ("fr-FR", "fr-FR", "en-US")

# Names as geographic databases spell them in English.
HOMES: Weighted[Home] = Weighted(
    (weight, Home(LocationKey(country, region, city), languages))
    for weight, country, region, city, languages in (
        (9, "DE", "Berlin", "Berlin", GERMAN),
        (6, "DE", "Bavaria", "Munich", GERMAN),
        (4, "DE", "Hamburg", "Hamburg", GERMAN),
        (4, "DE", "North Rhine-Westphalia", "Cologne", GERMAN),
        (3, "DE", "Hesse", "Frankfurt am Main", GERMAN),
        (2, "DE", "Saxony", "Leipzig", GERMAN),
        (3, "AT", "Vienna", "Vienna", ("de-AT", "de-AT", "en-US")),
        (3, "CH", "Zurich", "Zurich", ("de-CH", "en-US", "fr-CH")),
        (5, "US", "California", "San Francisco", ENGLISH),
        (4, "US", "New York", "New York", ENGLISH),
        (3, "US", "Washington", "Seattle", ENGLISH),
        (3, "US", "Texas", "Austin", ENGLISH),
        (2, "US", "Illinois", "Chicago", ENGLISH),
        (2, "US", "Virginia", "Ashburn", ENGLISH),
        (6, "GB", "England", "London", BRITISH),
        (2, "GB", "England", "Manchester", BRITISH),
        (1, "GB", "Scotland", "Edinburgh", BRITISH),
        (4, "FR", "Île-de-France", "Paris", FRENCH),
        (2, "FR", "Auvergne-Rhône-Alpes", "Lyon", FRENCH),
        (4, "NL", "North Holland", "Amsterdam", ("nl-NL", "en-US")),
        (2, "BE", "Brussels Capital", "Brussels", ("fr-BE", "nl-BE", "en-US")),
        (2, "ES", "Madrid", "Madrid", ("es-ES", "es-ES", "en-US")),
        (1, "ES", "Catalonia", "Barcelona", ("es-ES", "ca-ES")),
        (2, "IT", "Lombardy", "Milan", ("it-IT",)),
        (2, "PL", "Mazovia", "Warsaw", ("pl-PL", "en-US")),
        (2, "CZ", "Prague", "Prague", ("cs-CZ", "en-US")),
        (2, "SE", "Stockholm County", "Stockholm", ("sv-SE", "en-US")),
        (1, "DK", "Capital Region", "Copenhagen", ("da-DK", "en-US")),
        (1, "PT", "Lisbon", "Lisbon", ("pt-PT",)),
        (1, "IE", "Leinster", "Dublin", ("en-IE",)),
        (3, "CA", "Ontario", "Toronto", ("en-CA",)),
        (1, "CA", "Quebec", "Montreal", ("fr-CA", "en-CA")),
        (4, "IN", "Karnataka", "Bengaluru", ("en-IN", "en-US")),
        (2, "IN", "Maharashtra", "Mumbai", ("en-IN", "hi-IN")),
        (3, "BR", "São Paulo", "São Paulo", ("pt-BR",)),
        (1, "MX", "Mexico City", "Mexico City", ("es-MX",)),
        (2, "AU", "New South Wales", "Sydney", ("en-AU",)),
        (2, "JP", "Tokyo", "Tokyo", ("ja-JP",)),
        (1, "SG", "", "Singapore", ("en-SG", "zh-CN")),
        (1, "KE", "Nairobi County", "Nairobi", ("en-KE",)),
        (1, "ZA", "Gauteng", "Johannesburg", ("en-ZA",)),
        # Some addresses are in no database.
        (2, "", "", "", ENGLISH),
    )
)  # fmt: skip

FOUR_WEEKS_DAYS = 28
CHROME_120_ON = dt.date(2023, 12, 5)
FIREFOX_121_ON = dt.date(2023, 12, 19)
NEW_SAFARI_MONTH = 9


def make_person(random: Random, day: dt.date, number: int) -> Person:
    """Return a person for a day; every number of a day is somebody else."""
    device = DEVICES.choose(random)
    home = HOMES.choose(random)
    # Most people have the newest version, some are one or two releases behind.
    releases_behind = min(int(random.expovariate(1.4)), 3)
    return Person(
        address=f"2001:db8:{day.toordinal() & 0xFFFF:x}::{number:x}",
        user_agent=_agent(device.agent, day - dt.timedelta(FOUR_WEEKS_DAYS * releases_behind)),
        screen=random.choice(device.screens),
        language=random.choice(home.languages),
        place=home.place,
    )


# A day has as many agents as there are devices, times the releases in use.
@lru_cache(maxsize=512)
def _agent(agent: str, day: dt.date) -> str:
    chrome = 120 + (day - CHROME_120_ON).days // FOUR_WEEKS_DAYS
    firefox = 121 + (day - FIREFOX_121_ON).days // FOUR_WEEKS_DAYS
    return agent.format(
        chrome=f"{chrome}.0.0.0",
        opera=f"{chrome - 16}.0.0.0",
        samsung=f"{chrome // 5}.0",
        firefox=f"{firefox}.0",
        safari=_safari_version(day),
    )


def _safari_version(day: dt.date) -> str:
    """Return the version that a September brings: 17 in 2023, 18 in 2024, then the coming year's, 26."""
    months = day.year * 12 + day.month - NEW_SAFARI_MONTH
    year, month = divmod(months, 12)
    major = year - 2006 if year < 2025 else year - 1999
    return f"{major}.{min(month // 2, 6)}"
