"""Write the vendored lists of visits anew from packages unpacked in a folder. No network.

In an empty folder (the last two packages need Debian 13 or later):

    npm pack isbot cldr-localenames-full
    for package in isbot cldr; do mkdir $package && tar -xzf $package*.tgz -C $package; done
    apt-get download matomo-searchengine-and-social-list matomo-referrer-spam-list
    for package in *.deb; do dpkg-deb -x $package .; done
    pip download --no-deps crawler-user-agents
    unzip crawler_user_agents*.whl -d crawlers

Then `python scripts/update_lists.py FOLDER`, read the difference, write the new versions into
visits/data/SOURCES.md and run the tests of visits/collect. Needs PyYAML.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

VISITS = Path(__file__).resolve().parent.parent / "visits"
Names = dict[str, list[str]]

# Portals that the list calls search engines because one of their pages searches: a visit from them
# without a search term, and browsers no longer send terms, says nothing about a search.
NOT_SEARCH = {
    "arcor.de", "cgi2.nintendo.co.jp", "charter.net", "cnn.com", "digg.com", "facebook.com",
    "fastweb.it", "friendfeed.com", "icq.com", "kataweb.it", "msnbc.msn.com",
    "online.no", "optuszoo.com.au", "rpmfind.net", "skynet.be", "so-net.ne.jp", "talktalk.co.uk",
    "technorati.com", "toppreise.ch", "de.toppreise.ch", "en.toppreise.ch", "fr.toppreise.ch",
    "translate.google.com", "weborama.fr",
}  # fmt: skip
# Names as their owners write them today.
RENAMED = {
    "Google%2B": "Google+",
    "Haboo": "Habbo",
    "Metager": "MetaGer",
    "Ozone": "Qzone",
    "StackOverflow": "Stack Overflow",
    "StartPage": "Startpage",
    "Twitter": "X (Twitter)",
    "Vkontakte": "VK",
    "reddit": "Reddit",
    "tumblr": "Tumblr",
}
# CLDR also names groups, tests and islands without an ISO 3166 code of their own.
NOT_COUNTRIES = {
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"
}  # fmt: skip
SHORT_COUNTRIES = ("HK", "MM", "MO", "PS")


def read_bots(folder: Path) -> list[str]:
    """Return isbot's patterns in the dialect of Python's `re`, in lower case as they come."""
    source = (folder / "isbot/package/index.js").read_text()
    found = re.search(r"patterns_default = (\[.*?\n\]);", source, re.DOTALL)
    if found is None:
        raise SystemExit("isbot/package/index.js has no patterns_default.")
    patterns: list[str] = json.loads(found[1])
    return [_to_python(pattern) for pattern in patterns]


def _to_python(pattern: str) -> str:
    """Return a pattern with the two spellings changed that Python's `re` does not know."""
    pattern = pattern.replace(r"\d-.", r"\d\-.")
    fixed = pattern.replace("(?<! channel/|google/)", "(?<! channel/)(?<!google/)")
    re.compile(fixed)
    return fixed


def read_search_engines(folder: Path) -> Names:
    """Return the hosts of each search engine; `{}` stands for a country."""
    engines = _read_matomo_yaml(folder, "SearchEngines.yml")
    urls = {
        name: [url for part in parts for url in part["urls"]] for name, parts in engines.items()
    }
    return _clean_names(urls, NOT_SEARCH)


def read_social_networks(folder: Path) -> Names:
    """Return the hosts of each social network."""
    return _clean_names(_read_matomo_yaml(folder, "Socials.yml"), set())


def _read_matomo_yaml(folder: Path, name: str) -> dict[str, list[Any]]:
    path = folder / "usr/share/php/matomo/searchengine-and-social-list" / name
    names: dict[str, list[Any]] = yaml.safe_load(path.read_text())
    return names


def _clean_names(names: Names, excluded: set[str]) -> Names:
    """Return the names with their bare hosts; entries with a path are left out."""
    clean = {}
    for name, urls in names.items():
        hosts = {url.lower().removeprefix("www.") for url in urls if "/" not in url} - excluded
        if hosts:
            clean[RENAMED.get(name, name)] = sorted(hosts)
    return clean


def read_spammers(folder: Path) -> list[str]:
    """Return the hosts of referrer spammers in lower case."""
    path = folder / "usr/share/php/matomo/referrer-spam-list/spammers.txt"
    return sorted({line.strip().lower() for line in path.read_text().split()})


def read_countries(folder: Path, language: str) -> dict[str, str]:
    """Return the names of countries by their ISO 3166-1 alpha-2 code, Kosovo included."""
    path = folder / f"cldr/package/main/{language}/territories.json"
    names = json.loads(path.read_text())["main"][language]["localeDisplayNames"]["territories"]
    for code in SHORT_COUNTRIES:
        names[code] = names.get(f"{code}-alt-short", names[code])
    return {
        code: name
        for code, name in sorted(names.items())
        if re.fullmatch("[A-Z]{2}", code) and code not in NOT_COUNTRIES
    }


def read_crawlers(folder: Path) -> list[str]:
    """Return the user agents that crawlers were seen with, each once, in the order of the list."""
    crawlers = json.loads(
        (folder / "crawlers/crawleruseragents/crawler-user-agents.json").read_text()
    )
    agents = [agent for crawler in crawlers for agent in crawler["instances"]]
    return list(dict.fromkeys(agents))


READERS: dict[str, Callable[[Path], object]] = {
    "data/bots.json": read_bots,
    "data/search_engines.json": read_search_engines,
    "data/social_networks.json": read_social_networks,
    "data/spammers.json": read_spammers,
    "data/countries.json": partial(read_countries, language="en"),
    "data/countries.de.json": partial(read_countries, language="de"),
    "tests/data/crawlers.json": read_crawlers,
}


def main(folder: Path) -> None:
    for name, read in READERS.items():
        text = json.dumps(read(folder), ensure_ascii=False, indent=1)
        (VISITS / name).write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {len(text):,} characters")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: update_lists.py FOLDER")
    main(Path(sys.argv[1]))
