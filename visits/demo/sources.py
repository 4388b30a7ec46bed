"""Where the visitors of the demo site come from."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import NamedTuple

from visits.demo.choice import Weighted
from visits.demo.website import FRONT_LANDINGS, SEARCH_LANDINGS


class Source(NamedTuple):
    """A way to the site. Search leads deep into it, most other ways to its front."""

    referrer: str = ""
    query: str = ""
    is_search: bool = False
    # The share of visitors who come for a post of the blog.
    blog_share: float = 0.1


class SourceTrend(NamedTuple):
    """A source with its weight at the beginning and at the end of the period."""

    before: float
    after: float
    source: Source


TRENDS = (
    SourceTrend(29, 27, Source()),
    SourceTrend(34, 29, Source("https://www.google.com/", is_search=True, blog_share=0.3)),
    SourceTrend(4, 4, Source("https://www.bing.com/", is_search=True, blog_share=0.2)),
    SourceTrend(3, 4, Source("https://duckduckgo.com/", is_search=True, blog_share=0.2)),
    SourceTrend(1, 1, Source("https://www.ecosia.org/", is_search=True, blog_share=0.2)),
    SourceTrend(6, 7, Source("https://github.com/")),
    SourceTrend(2, 2, Source("https://news.ycombinator.com/", blog_share=0.9)),
    SourceTrend(3, 3, Source("https://www.linkedin.com/", blog_share=0.5)),
    SourceTrend(2, 2, Source("https://www.reddit.com/", blog_share=0.7)),
    SourceTrend(2, 1, Source("https://t.co/", blog_share=0.6)),
    SourceTrend(1, 2, Source("https://mastodon.social/", blog_share=0.6)),
    SourceTrend(2, 2, Source("https://stackoverflow.com/", blog_share=0.0)),
    SourceTrend(1, 1, Source("https://www.youtube.com/")),
    # The assistant adds a campaign to the links that it shows.
    SourceTrend(1, 7, Source("https://chatgpt.com/", "utm_source=chatgpt.com", blog_share=0.3)),
    SourceTrend(0, 2, Source("https://www.perplexity.ai/", blog_share=0.3)),
    SourceTrend(0, 1, Source("https://claude.ai/", blog_share=0.3)),
    SourceTrend(2, 2, Source("https://weekly.example.org/issues/latest", blog_share=0.8)),
    SourceTrend(2, 2, Source("https://tools.example.net/analytics")),
    SourceTrend(
        3,
        3,
        Source(
            "https://www.google.com/",
            "utm_source=google&utm_medium=cpc&utm_campaign=brand&gclid=demo",
            blog_share=0.0,
        ),
    ),
)
HACKER_NEWS = Source("https://news.ycombinator.com/")
LINKEDIN_ADS = Source(
    "https://www.linkedin.com/",
    "utm_source=linkedin&utm_medium=paid-social&utm_campaign=team-plan",
    blog_share=0.0,
)


def sources(elapsed: float) -> Weighted[Source]:
    """Return the sources of a moment, `elapsed` of the whole period (0 to 1)."""
    return Weighted(
        (trend.before + (trend.after - trend.before) * elapsed, trend.source) for trend in TRENDS
    )


def newsletter(day: dt.date) -> Source:
    """Return the newsletter that is sent on a day. Mail programs tell no referrer."""
    campaign = f"{day:%Y-%m}"
    return Source("", f"utm_source=newsletter&utm_medium=email&utm_campaign={campaign}")


def landing(random: Random, source: Source, posts: Weighted[str]) -> str:
    """Return the page on which a visitor from a source arrives."""
    if random.random() < source.blog_share:
        return posts.choose(random)
    return (SEARCH_LANDINGS if source.is_search else FRONT_LANDINGS).choose(random)
