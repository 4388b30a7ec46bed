"""What a site has sent already, offered while a goal is written."""

from __future__ import annotations

from dataclasses import dataclass

from sites.models import Site
from visits.models import EventName, Page, Property

# A browser searches through them as somebody types.
OFFERED = 100


@dataclass(frozen=True, slots=True)
class GoalSuggestions:
    """Texts as they are stored: names of events, keys of properties, paths."""

    events: list[str]
    keys: list[str]
    pages: list[str]


def goal_suggestions(site: Site) -> GoalSuggestions:
    """Return what may stand in a goal of the site; three statements.

    Pages are those that were seen first: the start and what everybody finds comes before the rest.
    """
    events = EventName.objects.filter(site=site).order_by("name")
    keys = Property.objects.filter(site=site).order_by("key").values_list("key", flat=True)
    pages = Page.objects.filter(site=site).order_by("pk").values_list("path", flat=True)
    return GoalSuggestions(
        events=list(events.values_list("name", flat=True)[:OFFERED]),
        keys=list(keys.distinct()[:OFFERED]),
        pages=list(dict.fromkeys(pages[:OFFERED])),
    )
