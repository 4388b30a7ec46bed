"""Goals, funnels, segments, notes and shared links for tests: plain functions with defaults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sites.models import Site
from visits.models import Annotation, Funnel, Goal, Segment, SharedLink
from visits.tests.factory import NOON

NOTED_DAY = NOON.date()
BROWSER_IS_CHROME = {"dimension": "browser", "operator": "is", "values": ["Chrome"]}


def make_goal(site: Site, name: str = "Thanks", page: str = "/thanks", **fields: Any) -> Goal:
    """Return a stored goal: a view of a page unless `fields` say otherwise."""
    kind = {"kind": Goal.Kind.PAGE, "page_pattern": page}
    return Goal.objects.create(site=site, name=name, **kind | fields)


def make_event_goal(
    site: Site, name: str = "Signup", event: str = "Signup", *conditions: tuple[str, str, str]
) -> Goal:
    """Return a stored goal of an event; a condition is key, operator and value."""
    return Goal.objects.create(
        site=site,
        name=name,
        kind=Goal.Kind.EVENT,
        event_name=event,
        conditions=[
            {"key": key, "operator": operator, "value": value}
            for key, operator, value in conditions
        ],
    )


def make_scroll_goal(
    site: Site, name: str = "Read", page: str = "/blog/**", percent: int = 90
) -> Goal:
    return make_goal(site, name, page, kind=Goal.Kind.SCROLL, scroll_percent=percent)


def make_funnel(site: Site, name: str = "Sales", goals: Sequence[Goal] = ()) -> Funnel:
    """Return a stored funnel; without goals, of two that are made for it."""
    funnel = Funnel.objects.create(site=site, name=name)
    funnel.replace_steps(goals or [make_goal(site, f"{name} {n}", f"/{n}") for n in (1, 2)])
    return funnel


def make_segment(
    site: Site, name: str = "Chrome", filters: Sequence[dict[str, Any]] = (BROWSER_IS_CHROME,)
) -> Segment:
    return Segment.objects.create(site=site, name=name, filters=list(filters))


def make_annotation(
    site: Site, text: str = "Newsletter sent", day: dt.date = NOTED_DAY, **fields: Any
) -> Annotation:
    """Return a stored note on a day."""
    return Annotation.objects.create(site=site, day=day, text=text, **fields)


def make_link(site: Site, name: str = "Customer", **fields: Any) -> SharedLink:
    """Return a stored link; it shows sources and pages unless `fields` say otherwise."""
    password = fields.pop("password", "")
    link = SharedLink(site=site, name=name, **{"panels": ["sources", "pages"]} | fields)
    link.set_password(password)
    link.save()
    return link
