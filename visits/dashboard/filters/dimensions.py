"""What a filter can be about, in the groups in which people look for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visits.dashboard.scope import Scope
from visits.reports.dimensions import DIMENSIONS
from visits.reports.filter_text import split_dimension
from visits.reports.filters import GOAL, PROPERTY

# The second word is a place of the world, the first one a page of the site: translators get both.
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Page"), ("page", "entry_page", "exit_page", "title", "hostname")),
    (_("Source"), ("source", "channel", "referrer")),
    (
        _("Campaign"),
        ("utm_campaign", "utm_source", "utm_medium", "utm_term", "utm_content"),
    ),
    (_("Place"), ("country", "region", "city", "language")),
    (_("Device"), ("device", "browser", "browser_version", "os", "os_version", "screen")),
    (_("Behaviour"), ("event", PROPERTY, GOAL)),
)


@dataclass(frozen=True, slots=True)
class DimensionLink:
    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class DimensionGroup:
    label: str
    links: list[DimensionLink]


def dimension_groups(scope: Scope, query: str) -> list[DimensionGroup]:
    """Return links to what can be chosen, `query` and what it is; groups without any are left out."""
    groups = [
        DimensionGroup(
            str(label),
            [
                DimensionLink(name, dimension_label(name), f"{query}&on={name}")
                for name in names
                if scope.can_filter_by(name)
            ],
        )
        for label, names in GROUPS
    ]
    return [group for group in groups if group.links]


def dimension_label(dimension: str) -> str:
    """Return what a dimension is called, also the values of a property: “Property plan”."""
    name, key = split_dimension(dimension)
    if key is not None:
        return gettext("Property %(key)s") % {"key": key}
    return str(DIMENSIONS[name].label)
