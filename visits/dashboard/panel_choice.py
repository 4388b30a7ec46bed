"""Which panels a report has, and what each of them can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GOAL = "goal"


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """A panel of a report. `tabs` maps the dimensions it can show to their tabs; the first is the default."""

    name: str
    title: str
    tabs: Mapping[str, str]
    is_wide: bool = False

    @property
    def default(self) -> str:
        return next(iter(self.tabs))

    @property
    def element_id(self) -> str:
        """Return the id under which the page knows the panel: anchors and partial refreshes use it."""
        return f"panel-{self.name}"


PANELS = (
    PanelChoice(
        "sources",
        "Sources",
        {
            "source": "Sources",
            "channel": "Channels",
            "referrer": "Referrers",
            "utm_campaign": "Campaigns",
        },
    ),
    PanelChoice(
        "pages",
        "Pages",
        {"page": "Pages", "entry_page": "Entry", "exit_page": "Exit", "title": "Titles"},
    ),
    PanelChoice(
        "places",
        "Places",
        {"country": "Countries", "region": "Regions", "city": "Cities", "language": "Languages"},
    ),
    PanelChoice(
        "devices",
        "Devices",
        {"device": "Devices", "browser": "Browsers", "os": "Systems", "screen": "Sizes"},
    ),
    PanelChoice("events", "Events", {"event": "Events", GOAL: "Goals"}, is_wide=True),
)
PANELS_BY_ID = {panel.element_id: panel for panel in PANELS}
