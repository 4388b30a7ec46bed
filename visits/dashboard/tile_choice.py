"""Which totals a report shows: eight at most, fitting what it is filtered by."""

from __future__ import annotations

from collections.abc import Iterable

from visits.reports.filters import Filter

PLAIN = (
    "visitors",
    "visits",
    "pageviews",
    "views_per_visit",
    "bounce_rate",
    "visit_duration",
    "time_on_page",
    "revenue",
)
# How a page was read.
OF_PAGES = (
    "visitors",
    "visits",
    "pageviews",
    "bounce_rate",
    "visit_duration",
    "time_on_page",
    "scroll_depth",
    "revenue",
)
# How often a goal was met, and by how many: who met one has hardly bounced.
OF_GOALS = (
    "visitors",
    "conversions",
    "conversion_rate",
    "revenue",
    "visits",
    "pageviews",
    "visit_duration",
)
# What a report may be asked to draw; which of them it shows depends on its filters.
TILES = tuple(dict.fromkeys((*PLAIN, *OF_PAGES, *OF_GOALS)))
DEFAULT_METRIC = PLAIN[0]
# Shown only where there is something: not every site tells how pages are read, or what it earns.
ONLY_WITH_VALUE = frozenset(("time_on_page", "scroll_depth", "revenue"))
# What the list of goals and events says; a report that leaves it out does not say it above either.
OF_BEHAVIOUR = frozenset(("conversions", "conversion_rate", "revenue"))


def tile_names(filters: Iterable[Filter], *, shows_behaviour: bool = True) -> tuple[str, ...]:
    """Return the names of the totals of a report with these filters, in their order."""
    names: tuple[str, ...] = PLAIN
    kinds = {each.dimension for each in filters if not each.operator.is_negative}
    if "page" in kinds:
        names = OF_PAGES
    if "goal" in kinds and shows_behaviour:
        names = OF_GOALS
    return tuple(name for name in names if shows_behaviour or name not in OF_BEHAVIOUR)
