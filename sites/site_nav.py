"""The way between the pages of a site: report, snippet, and what can be set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sites.models import Site

Current = Literal["page", "true", ""]


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page by its route. `further` are the routes of pages that lie below it."""

    route: str
    label: str | Promise
    further: tuple[str, ...] = ()

    def current(self, route: str) -> Current:
        """Return what aria-current says while a page of this route is shown."""
        if route == self.route:
            return "page"
        return "true" if route in self.further else ""


PAGES = (
    NavPage("site_report", _("Report")),
    NavPage("site_live", _("Live")),
    NavPage(
        "site_annotations",
        _("Notes"),
        ("site_annotation", "site_annotation_add", "site_annotation_delete"),
    ),
    NavPage("site_install", _("Snippet"), ("site_first_hit",)),
)
SETTINGS = (
    NavPage("site_settings", _("General")),
    NavPage("site_goals", _("Goals"), ("site_goal", "site_goal_add", "site_goal_delete")),
    NavPage("site_funnels", _("Funnels"), ("site_funnel", "site_funnel_add", "site_funnel_delete")),
    NavPage(
        "site_segments",
        _("Segments"),
        ("site_segment", "site_segment_add", "site_segment_delete"),
    ),
    NavPage("site_sharing", _("Sharing"), ("site_link", "site_link_add", "site_link_revoke")),
    NavPage("site_exclusions", _("Exclusions"), ("site_counting",)),
    NavPage("site_refusals", _("Refused hits")),
    NavPage("site_data", _("Data"), ("site_reset", "site_delete")),
)


@dataclass(frozen=True, slots=True)
class NavLink:
    """What templates/sites/_site_nav.html shows. `current` is empty for all pages but one."""

    label: str
    url: str
    current: Current


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Links below a heading; the first group has none."""

    title: str
    links: tuple[NavLink, ...]


def nav_groups(site: Site, route: str) -> tuple[NavGroup, ...]:
    """Return the links of a site's pages while the page of this route is shown."""
    return (
        NavGroup("", _links(PAGES, site, route)),
        NavGroup(str(_("Settings")), _links(SETTINGS, site, route)),
    )


def current_label(groups: Iterable[NavGroup]) -> str:
    """Return the name of the page that is shown, "" when it is none of them."""
    links = (link for group in groups for link in group.links)
    return next((link.label for link in links if link.current), "")


def _links(pages: Iterable[NavPage], site: Site, route: str) -> tuple[NavLink, ...]:
    return tuple(
        NavLink(str(page.label), reverse(page.route, args=[site.pk]), page.current(route))
        for page in pages
    )
