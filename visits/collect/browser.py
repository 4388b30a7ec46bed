"""Browser, system and device of a visitor, read from the user agent and named as people name them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from ua_parser import OS, Domain, UserAgent
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver

from visits.collect.text import clean_text

AGENT_MAX_LENGTH = 512
# Parsing takes some 50 microseconds and agents repeat: 19 of 20 hits of a real log hit the cache.
AGENTS_REMEMBERED = 8192
NAME_MAX_LENGTH = 50
VERSION_MAX_LENGTH = 20

# One browser has many names in ua-parser: one per system, one for the copy inside an app.
BROWSERS = {
    "Android": "Android Browser",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chromium": "Chrome",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Edge Mobile": "Edge",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Firefox Focus": "Firefox",
    "Google": "Google App",
    "IE": "Internet Explorer",
    "IE Mobile": "Internet Explorer",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera Mobile": "Opera",
    "Opera Neon": "Opera",
    "Other": "",
    "Vivaldi Mobile": "Vivaldi",
    "Yandex Browser": "Yandex",
}
# Distributions are one system: few browsers tell which, so their shares would mean nothing.
SYSTEMS = {
    "Arch Linux": "Linux",
    "CentOS": "Linux",
    "Chrome OS": "ChromeOS",
    "Debian": "Linux",
    "Fedora": "Linux",
    "Gentoo": "Linux",
    "Kubuntu": "Linux",
    "Linux Mint": "Linux",
    "Mac OS": "macOS",
    "Mac OS X": "macOS",
    "Mageia": "Linux",
    "Mandriva": "Linux",
    "Other": "",
    "Puppy": "Linux",
    "Red Hat": "Linux",
    "SUSE": "Linux",
    "Slackware": "Linux",
    "Ubuntu": "Linux",
    "openSUSE": "Linux",
}
# The first rule that holds decides. “Tablet PC” is how Internet Explorer says that Windows has
# components for pens. An Android without “Mobile” is a tablet, as Chrome's documentation has it.
# An iPad that asks for desktop pages sends the user agent of a Mac and counts as one.
DEVICES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("console", re.compile(r"playstation|xbox|nintendo|steam (?:deck|gamepad)|ouya|shield tv")),
    ("tv", re.compile(
        r"smart-?tv|smarttv|google ?tv|apple ?tv|android tv|hbbtv|netcast|netrange|web0s|webos.*tv|"
        r"bravia|viera|roku|crkey|\baft[a-z]{1,6}\b|\btizen\b.*\btv\b|\btv\b.*\btizen\b|vidaa|"
        r"philipstv|opera tv|large screen|dtv|\btv safari|mibox|chromecast"
    )),
    ("tablet", re.compile(
        r"ipad|tablet(?! pc)|kindle|\bsilk/(?!.*mobile safari)|playbook|\bkf[a-z]{2,4}\b|"
        r"^(?!.*(?:mobile|opera m(?:obi|ini))).*android"
    )),
    ("mobile", re.compile(
        r"mobile|mobi\b|iphone|ipod|android|windows phone|windows ce|iemobile|blackberry|\bbb10\b|"
        r"opera mini|opera mobi|symbian|symbos|series ?[46]0|kaios|nokia|midp|palm|webos|maemo"
    )),
    ("desktop", re.compile(
        r"windows nt|windows 9|windows;|win64|win32|win98|macintosh|mac_powerpc|mac os x|x11|linux|"
        r"\bcros\b|freebsd|openbsd|netbsd|dragonfly|sunos|haiku|beos|os/2|amigaos"
    )),
)  # fmt: skip


class ClientKey(NamedTuple):
    """What a visitor looks with. Versions are major versions; "" means unknown."""

    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str


def parse_client(user_agent: str) -> ClientKey:
    """Return browser, system and device of a user agent; names are cut to their columns.

    `device` is desktop, mobile, tablet, tv, console or "". Never raises.
    """
    return _parse(user_agent[:AGENT_MAX_LENGTH])


@lru_cache(maxsize=AGENTS_REMEMBERED)
def _parse(user_agent: str) -> ClientKey:
    # Lone surrogates have no UTF-8, which the parser's Rust strings are made of.
    text = user_agent.encode("utf-8", "replace").decode()
    found = _parser()(text, Domain.USER_AGENT | Domain.OS)
    browser, browser_version = _browser(found.user_agent)
    system, system_version = _system(found.os)
    return ClientKey(browser, browser_version, system, system_version, _device(text))


@cache
def _parser() -> Resolver:
    """Return the parser; compiling its expressions takes a third of a second, once."""
    return Resolver(load_lazy_builtins())


def _browser(found: UserAgent | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    name = BROWSERS.get(found.family, found.family)
    version = (found.major or "") if name else ""
    return clean_text(name, NAME_MAX_LENGTH), clean_text(version, VERSION_MAX_LENGTH)


def _system(found: OS | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    name = SYSTEMS.get(found.family, found.family)
    version = _system_version(name, found)
    return clean_text(name, NAME_MAX_LENGTH), clean_text(version, VERSION_MAX_LENGTH)


def _system_version(name: str, found: OS) -> str:
    """Return the major version; macOS 10 and Windows 8.1 are known by the minor version too."""
    major, minor = found.major or "", found.minor or ""
    # Linux tells the kernel's version, ChromeOS the number of a build.
    if name in ("", "Linux", "ChromeOS"):
        return ""
    if (name, major) in (("macOS", "10"), ("Windows", "8")) and minor:
        return f"{major}.{minor}"
    return major


def _device(user_agent: str) -> str:
    agent = user_agent.lower()
    return next((device for device, pattern in DEVICES if pattern.search(agent)), "")
