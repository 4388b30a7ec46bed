"""The demo website: its pages, how people move through them, and what they do there."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from visits.collect.payload import MICROS, Revenue
from visits.demo.choice import Weighted

POSTS = (
    "/blog/hello-world",
    "/blog/why-we-count-without-cookies",
    "/blog/choosing-a-time-zone",
    "/blog/what-is-a-visit",
    "/blog/reading-a-bounce-rate",
    "/blog/from-logs-to-reports",
    "/blog/ten-million-hits-on-a-small-machine",
    "/blog/campaigns-that-count",
    "/blog/a-year-in-numbers",
    "/blog/bots-and-people",
    "/blog/backups-you-can-trust",
    "/blog/version-two",
)
DOCS = (
    "/docs/",
    "/docs/install",
    "/docs/snippet",
    "/docs/events",
    "/docs/campaigns",
    "/docs/api",
    "/docs/faq",
)


# Of the pages whose address does not say it.
TITLES = {
    "/": "Numbers without cookies",
    "/docs/": "Documentation",
    "/docs/api": "API",
    "/docs/faq": "Questions and answers",
}


class Action(NamedTuple):
    """An event that a page offers: how likely it is, its property, and what the values of that bring in."""

    chance: float
    name: str
    key: str = ""
    values: Weighted[str] | None = None
    prices: Mapping[str, Revenue] = {}
    is_interactive: bool = True


ACTIONS: dict[str, Action] = {
    "/signup": Action(
        0.4,
        "Signup",
        "plan",
        Weighted(((60, "Free"), (30, "Pro"), (10, "Team"))),
        {"Pro": Revenue("EUR", 12 * MICROS), "Team": Revenue("EUR", 49 * MICROS)},
    ),
    "/download": Action(
        0.55, "Download", "system", Weighted(((45, "Linux"), (35, "macOS"), (20, "Windows")))
    ),
    "/contact": Action(0.3, "Message sent"),
    # Reading to the end is nothing that a visitor does on purpose: the visit may still be a bounce.
    "/blog/": Action(0.35, "Read to the end", is_interactive=False),
}

FRONT_LANDINGS = Weighted(
    ((58, "/"), (9, "/pricing"), (9, "/features"), (8, "/docs/"), (6, "/blog/"), (5, "/download"),
     (3, "/changelog"), (2, "/about"))
)  # fmt: skip
SEARCH_LANDINGS = Weighted(
    ((30, "/"), (12, "/docs/"), (11, "/docs/install"), (9, "/docs/events"), (8, "/docs/snippet"),
     (7, "/docs/faq"), (5, "/docs/api"), (4, "/docs/campaigns"), (6, "/pricing"), (4, "/features"),
     (4, "/compare"))
)  # fmt: skip

NEXT_PAGES: dict[str, Weighted[str]] = {
    "/": Weighted(
        ((26, "/pricing"), (24, "/features"), (18, "/docs/"), (12, "/blog/"), (8, "/download"),
         (5, "/signup"), (4, "/customers"), (3, "/about"))
    ),
    "/features": Weighted(((34, "/pricing"), (20, "/docs/"), (18, "/compare"), (16, "/signup"),
                           (12, "/customers"))),
    "/pricing": Weighted(((38, "/signup"), (22, "/features"), (14, "/compare"), (12, "/docs/faq"),
                          (8, "/contact"), (6, "/"))),
    "/compare": Weighted(((45, "/pricing"), (30, "/features"), (25, "/signup"))),
    "/signup": Weighted(((60, "/welcome"), (20, "/pricing"), (20, "/docs/install"))),
    "/welcome": Weighted(((55, "/docs/install"), (45, "/docs/snippet"))),
    "/download": Weighted(((50, "/docs/install"), (20, "/changelog"), (30, "/docs/"))),
    "/changelog": Weighted(((50, "/download"), (30, "/docs/"), (20, "/"))),
    "/customers": Weighted(((60, "/pricing"), (40, "/features"))),
    "/about": Weighted(((50, "/contact"), (50, "/"))),
    "/contact": Weighted(((70, "/"), (30, "/about"))),
    "/docs/": Weighted((30 - 3 * rank, page) for rank, page in enumerate(DOCS[1:])),
    "/blog/": Weighted(((30, "/"), (25, "/features"), (15, "/pricing"), (15, "/docs/"),
                        (15, "/about"))),
}  # fmt: skip


def section(path: str) -> str:
    """Return the key under which a page's links and actions stand."""
    for prefix in ("/docs/", "/blog/"):
        if path.startswith(prefix):
            return prefix
    return path


def title(path: str) -> str:
    """Return what a page is called: /blog/what-is-a-visit is “What is a visit”."""
    name = path.rstrip("/").rpartition("/")[2].replace("-", " ")
    return TITLES.get(path) or name.capitalize()


def published_posts(elapsed: float) -> Weighted[str]:
    """Return the posts of a moment, `elapsed` of the whole period (0 to 1); the newest is read most."""
    count = min(3 + int(elapsed * (len(POSTS) - 2)), len(POSTS))
    return Weighted((1 / (1 + age), post) for age, post in enumerate(reversed(POSTS[:count])))


def next_page(random: Random, path: str, posts: Weighted[str]) -> str:
    """Return where a visitor goes from a page; who is in the blog often reads another post."""
    in_blog = path == "/blog/" or (path in POSTS and random.random() < 0.4)
    target = posts.choose(random) if in_blog else NEXT_PAGES[section(path)].choose(random)
    return target if target != path else "/"
