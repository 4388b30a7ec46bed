"""The lists of a panel: which of them is shown, and the links to the others."""

from __future__ import annotations

from collections.abc import Collection

from visits.dashboard.choice import Choice
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.choice import PanelChoice, Words
from visits.dashboard.panels.within import is_of_one

# Beside a filter by one value, a list of what is within that value says more.
FINER = {"browser": "browser_version", "os": "os_version"}


def shown_name(choice: Choice, chosen: PanelChoice) -> str:
    """Return the name of what a panel lists: versions, where somebody filters by one browser or system."""
    name = choice.shown_by(chosen)
    return FINER.get(name, name) if is_of_one(choice.all_filters, name) else name


def tabs(choice: Choice, chosen: PanelChoice, hidden: Collection[str] = ()) -> list[ChoiceLink]:
    """Return a link for each list that a panel can show."""
    shown = chosen.tab_of(choice.shown_by(chosen))
    return [
        _tab(choice, chosen, name, label, shown)
        for name, label in chosen.tabs.items()
        if name == shown or name not in hidden
    ]


def variants(choice: Choice, chosen: PanelChoice) -> list[ChoiceLink]:
    """Return the dimensions among which the tab lets choose; none where a filter has chosen."""
    shown = choice.shown_by(chosen)
    if shown_name(choice, chosen) != shown:
        return []
    group = chosen.variants.get(chosen.tab_of(shown), {})
    return [_tab(choice, chosen, name, label, shown) for name, label in group.items()]


def _tab(choice: Choice, chosen: PanelChoice, name: str, label: Words, shown: str) -> ChoiceLink:
    anchor = f"#{chosen.element_id}"
    other = choice.with_dimension(chosen.name, name)
    return other.link(str(label), chosen.name, anchor=anchor, is_chosen=name == shown)
