"""Who sends a hit: a person's browser, a remote-controlled one, a program or a crawler, by the user agent."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from visits.collect.text import clean_text

DATA = Path(__file__).resolve().parent.parent / "data"
# Longer agents are cut before any pattern sees them: no input may hold a worker up.
AGENT_MAX_LENGTH = 512
# An agent repeats: 10,000 lines of a real log hold some 560 different ones.
AGENTS_REMEMBERED = 8192
# What is written where no user agent was sent; access logs write a dash.
NO_AGENT = ("", "-")
NAME_MAX_LENGTH = 50
NO_AGENT_NAME = "No user agent"
# Contacts of a crawler's owner. What is left has words, and a run of them may be a name.
CONTACT = re.compile(r"(?:https?://|www\.)([^\s;,()<>/]*)[^\s;,()<>]*|[\w.+-]{0,64}@[\w.-]+", re.I)
WORDS = re.compile(
    r"(?:(?<![\w.])\d{1,4}(?=[a-z]{3}))?[a-z][\w.!&'+-]*(?: [a-z][\w.!&'+-]*){0,4}", re.I
)
VERSION_AT_END = re.compile(r"[ _-]?v?\d+(?:\.\d+)+$", re.I)


class Agent(enum.Enum):
    """HEADLESS is a browser that a program steers, mostly to test a website."""

    HUMAN = "human"
    HEADLESS = "headless"
    LIBRARY = "library"
    CRAWLER = "crawler"


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _crawler_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the crawler patterns as plain words, as beginnings, and the rest.

    Three small alternations take a third of the time of one large one: `re` tries each branch of an
    alternation at each character, but finds plain words by their first letters and beginnings once.
    """
    patterns: list[str] = json.loads((DATA / "bots.json").read_text(encoding="utf-8"))
    words = [pattern for pattern in patterns if re.fullmatch(r"[\w /-]+", pattern)]
    beginnings = [pattern for pattern in patterns if pattern.startswith("^")]
    others = set(patterns) - set(words) - set(beginnings)
    return _any_of(words), _any_of(beginnings), _any_of(sorted(others))


def _library_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of libraries: names an agent begins with, and names anywhere in it."""
    lists: dict[str, list[str]] = json.loads(
        (DATA / "http_libraries.json").read_text(encoding="utf-8")
    )
    names = _any_of(re.escape(name) for name in lists["at_start"])
    return (
        re.compile(rf"(?:{names.pattern})(?![\w.-])"),
        _any_of(re.escape(name) for name in lists["anywhere"]),
    )


def _headless_pattern() -> re.Pattern[str]:
    """Return the pattern of the words by which remote-controlled browsers give themselves away."""
    names: list[str] = json.loads((DATA / "headless.json").read_text(encoding="utf-8"))
    return re.compile(rf"\b(?:{'|'.join(names)})(?:[/ ]v?\d[\w.]*)?")


def _nameless_words() -> dict[str, frozenset[str]]:
    """Return the words of browsers and systems, with which no bot's name begins or ends, and those for
    kinds of bots, which alone are no names."""
    lists = json.loads((DATA / "nameless_words.json").read_text(encoding="utf-8"))
    return {kind: frozenset(words) for kind, words in lists.items()}


CRAWLER_WORDS, CRAWLER_BEGINNINGS, CRAWLER_OTHERS = _crawler_patterns()
LIBRARY_BEGINNINGS, LIBRARY_WORDS = _library_patterns()
HEADLESS = _headless_pattern()
NAMELESS = _nameless_words()


def classify_agent(user_agent: str) -> Agent:
    """Return who a user agent speaks for. Without one, it is a library. Never raises."""
    return _classify(user_agent[:AGENT_MAX_LENGTH])


def bot_name(user_agent: str) -> str:
    """Return the short name of an agent that is not human: “Googlebot”, “HeadlessChrome”, “curl”.

    1. Contacts (URLs, addresses of e-mail) are left out.
    2. Runs of words without those of browsers and systems may be names.
    3. At the beginning one is the name; then the one that a crawler pattern finds; then any.
    4. Otherwise the host of a contact, or the first word, is.

    At most 50 characters, never empty. Never raises.
    """
    return _name(user_agent[:AGENT_MAX_LENGTH])


@lru_cache(maxsize=AGENTS_REMEMBERED)
def _classify(user_agent: str) -> Agent:
    # The patterns are in lower case: searching a lowered text is twice as fast as re.IGNORECASE.
    agent = user_agent.lower().strip()
    if agent in NO_AGENT or LIBRARY_BEGINNINGS.match(agent) or LIBRARY_WORDS.search(agent):
        return Agent.LIBRARY
    if HEADLESS.search(agent):
        return Agent.CRAWLER if _is_crawler_besides(agent) else Agent.HEADLESS
    if (
        CRAWLER_BEGINNINGS.match(agent)
        or CRAWLER_WORDS.search(agent)
        or CRAWLER_OTHERS.search(agent)
    ):
        return Agent.CRAWLER
    return Agent.HUMAN


def _is_crawler_besides(agent: str) -> bool:
    """Return whether a headless browser has a crawler's name too: many crawlers are such browsers."""
    rest = HEADLESS.sub("", agent)
    return bool(CRAWLER_WORDS.search(rest) or CRAWLER_OTHERS.search(rest))


@lru_cache(maxsize=AGENTS_REMEMBERED)
def _name(user_agent: str) -> str:
    agent = clean_text(user_agent, AGENT_MAX_LENGTH)
    if agent in NO_AGENT:
        return NO_AGENT_NAME
    # As long as before, so that what the patterns find has its place.
    bare = CONTACT.sub(lambda contact: " " * len(contact[0]), agent)
    start, end = _span_of_name(bare)
    name = VERSION_AT_END.sub("", bare[start:end]) or bare[start:end]
    return (name or _host_or_word(agent))[:NAME_MAX_LENGTH].strip(" ._-") or NO_AGENT_NAME


def _span_of_name(bare: str) -> tuple[int, int]:
    """Return where in an agent without contacts its name is; an empty span when nowhere."""
    spans = [
        span for span in _spans_of_words(bare) if bare[slice(*span)].lower() not in NAMELESS["kind"]
    ]
    if not spans or spans[0][0] == 0:
        return spans[0] if spans else (0, 0)
    agent = bare.lower()
    found = [
        match.span()
        for pattern in (HEADLESS, CRAWLER_WORDS, CRAWLER_OTHERS)
        for match in pattern.finditer(agent)
    ]
    return next(
        (span for span in spans if any(a < span[1] and b > span[0] for a, b in found)), spans[0]
    )


def _spans_of_words(bare: str) -> Iterator[tuple[int, int]]:
    """Yield where runs of words are, without the words of browsers around them."""
    for run in WORDS.finditer(bare):
        words = [word.span() for word in re.finditer(r"\S+", run[0])]
        while words and run[0][slice(*words[0])].lower() in NAMELESS["browser"]:
            words.pop(0)
        while words and run[0][slice(*words[-1])].lower() in NAMELESS["browser"]:
            words.pop()
        if words:
            yield run.start() + words[0][0], run.start() + words[-1][1]


def _host_or_word(agent: str) -> str:
    hosts = ((contact[1] or "").removeprefix("www.") for contact in CONTACT.finditer(agent))
    word = re.search(r"\w[\w.-]*", agent)
    return next(filter(None, hosts), word[0] if word else agent)
