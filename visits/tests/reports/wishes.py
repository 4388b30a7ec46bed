"""Random wishes: filters, goals and funnels, mostly of values that occur in streams."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from visits.tests.reports.naive import PlainFilter, PlainGoal
from visits.tests.reports.streams import (
    EVENTS,
    HOSTNAMES,
    LANGUAGES,
    PATHS,
    SCREENS,
    SOURCES,
)

# Most occur in streams, some do not.
PAGES = (*PATHS, "/none")
VALUES: dict[str, Sequence[str]] = {
    "source": ("Google", "", "Newsletter", "google"),
    "channel": sorted({channel for _, channel, _ in SOURCES}),
    "referrer": ("google.com", "google.de", ""),
    "utm_source": ("google", "mail", ""),
    "utm_medium": ("cpc", "email", ""),
    "utm_campaign": ("spring", "summer", ""),
    "utm_term": ("shoes", ""),
    "utm_content": ("blue", ""),
    "country": ("DE", "US", "", "FR"),
    "region": ("DE/Bavaria", "DE/Land Berlin", "US/New Hampshire", ""),
    "city": ("DE/Land Berlin/Berlin", "US/New Hampshire/Berlin", "", "Berlin"),
    "browser": ("Chrome", "Firefox", "", "Safari"),
    "browser_version": ("Chrome 120", "Chrome 121", "Firefox 120", "", "Chrome"),
    "os": ("Linux", "Windows", "Android", ""),
    "os_version": ("Windows 11", "Linux", "Android 14", ""),
    "device": ("desktop", "mobile", ""),
    "screen": SCREENS,
    "language": LANGUAGES,
    "entry_page": PAGES,
    "exit_page": PAGES,
    "page": PAGES,
    "hostname": sorted({*HOSTNAMES, "other.example"}),
    "title": ("Home", "Prices", "", "home"),
    "event": sorted({event for event in EVENTS if event}),
    "property[plan]": ("pro", "Free", "free", ""),
    "property[seats]": ("3", "12"),
    "property[none]": ("", "pro"),
    "property": ("plan", "seats", "Plan"),
}
# Parts of values, in the wrong case too; “É” is the capital of a letter outside ASCII.
PARTS: dict[str, Sequence[str]] = {
    "page": ("blog", "É", "/"),
    "entry_page": ("BLOG", "é", "pri"),
    "exit_page": ("blog", "2"),
    "city": ("berlin", "DE/"),
    "region": ("ba", "us"),
    "browser_version": ("e 12", "FIRE"),
    "os_version": ("s 1", "linux"),
    "hostname": ("SHOP", "example"),
    "title": ("HOME", "ri"),
    "event": ("SIGN", "load"),
    "property[plan]": ("FREE", "r"),
}
OPERATORS = ("is", "contains", "is_not", "contains_not")
GOALS = (
    PlainGoal("Prices", path="/pricing"),
    PlainGoal("Blog", path="/blog/*"),
    PlainGoal("Anywhere", path="/**"),
    PlainGoal("Root", path="/"),
    PlainGoal("Sign up", event="Sign up"),
    PlainGoal("Sign up pro", event="Sign up", properties=(("plan", "pro"),)),
    PlainGoal("Three seats", event="Download", properties=(("plan", "pro"), ("seats", "3"))),
    PlainGoal("Read", path="/**", scroll_percent=50),
    PlainGoal("Read the blog", path="/blog/*", scroll_percent=25),
)


@st.composite
def a_filter(
    draw: st.DrawFn,
    dimensions: Sequence[str] = tuple(VALUES),
    operators: Sequence[str] = OPERATORS,
) -> PlainFilter:
    """Draw a condition on one or two values of a dimension."""
    dimension = draw(st.sampled_from(dimensions))
    operator = draw(st.sampled_from(operators))
    known: Sequence[str] = VALUES[dimension]
    if operator.startswith("contains"):
        known = PARTS.get(dimension, [value for value in known if value])
    values = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    return PlainFilter(dimension, operator, tuple(values))


def filters() -> st.SearchStrategy[tuple[PlainFilter, ...]]:
    """Draw conditions that must all be met, none at all too."""
    return st.lists(a_filter(), max_size=3).map(tuple)


def goals() -> st.SearchStrategy[PlainGoal]:
    return st.sampled_from(GOALS)


def funnels() -> st.SearchStrategy[tuple[PlainGoal, ...]]:
    return st.lists(goals(), min_size=2, max_size=4).map(tuple)


def goal_filters() -> st.SearchStrategy[PlainFilter]:
    return st.builds(
        lambda operator, chosen: PlainFilter("goal", operator, goals=tuple(chosen)),
        st.sampled_from(("is", "is_not")),
        st.lists(goals(), min_size=1, max_size=2, unique=True),
    )
