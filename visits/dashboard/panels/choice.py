"""Which panels a report has, and what each of them can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOSTNAME = "hostname"
# The list that has a map of the world above it.
COUNTRY = "country"
Words = str | Promise

# What visitors did; its tabs differ from each other (visits.dashboard.behaviour.panel).
BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """A panel of a report. `tabs` maps the dimensions it can show to their tabs; the first is the default.

    `variants` maps a tab to the dimensions of the same kind among which it lets choose.
    """

    name: str
    title: Words
    tabs: Mapping[str, Words]
    is_wide: bool = False
    variants: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)

    @property
    def default(self) -> str:
        return next(iter(self.tabs))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return all that the panel can show."""
        variants = (name for group in self.variants.values() for name in group)
        return tuple(dict.fromkeys((*self.tabs, *variants)))

    def tab_of(self, dimension: str) -> str:
        """Return the tab under which a dimension of the panel is shown."""
        tabs = (tab for tab, group in self.variants.items() if dimension in group)
        return next(tabs, dimension)

    @property
    def element_id(self) -> str:
        """Return the id under which the page knows the panel: anchors and partial refreshes use it."""
        return f"panel-{self.name}"


PANELS = (
    PanelChoice(
        "sources",
        _("Sources"),
        {
            "source": _("Sources"),
            "channel": _("Channels"),
            "referrer": _("Referrers"),
            "utm_campaign": _("Campaigns"),
        },
        variants={
            "utm_campaign": {
                "utm_campaign": _("Campaign"),
                "utm_source": _("Source"),
                "utm_medium": _("Medium"),
                "utm_term": _("Term"),
                "utm_content": _("Content"),
            }
        },
    ),
    PanelChoice(
        "pages",
        _("Pages"),
        {
            "page": _("Pages"),
            "entry_page": _("Entry"),
            "exit_page": _("Exit"),
            "title": _("Titles"),
            HOSTNAME: _("Hosts"),
        },
    ),
    PanelChoice(
        "places",
        _("Places"),
        {
            COUNTRY: _("Countries"),
            "region": _("Regions"),
            "city": _("Cities"),
            "language": _("Languages"),
        },
    ),
    PanelChoice(
        "devices",
        _("Devices"),
        {
            "device": _("Devices"),
            "browser": _("Browsers"),
            "os": _("Systems"),
            "screen": _("Sizes"),
        },
        variants={
            "browser": {"browser": _("Names"), "browser_version": _("Versions")},
            "os": {"os": _("Names"), "os_version": _("Versions")},
        },
    ),
    PanelChoice(
        BEHAVIOUR,
        _("Behaviour"),
        {
            "goal": _("Goals"),
            "event": _("Events"),
            "property": _("Properties"),
            "funnel": _("Funnels"),
            "flow": _("Flow"),
        },
        is_wide=True,
    ),
)
PANELS_BY_ID = {panel.element_id: panel for panel in PANELS}
