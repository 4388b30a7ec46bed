"""The way from the details of one dimension to those of others of the same panel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from visits.dashboard.choice import Choice
from visits.dashboard.panels.choice import PANELS, PanelChoice, Words
from visits.reports.dimensions import DIMENSIONS, Dimension

# What a page is called whose tab leaves something to the panel around it.
TITLES: Mapping[str, Words] = {
    "entry_page": _("Entry pages"),
    "exit_page": _("Exit pages"),
    "title": _("Page titles"),
    "hostname": _("Host names"),
    "screen": _("Screen sizes"),
}


@dataclass(frozen=True, slots=True)
class DetailTab:
    label: str
    url: str
    is_chosen: bool


def detail_title(dimension: Dimension) -> str:
    """Return what the page lists: its own words, those of its tab, or what a value is called."""
    panel = panel_of(dimension.name)
    known = {**(panel.tabs if panel else {}), **TITLES}
    return str(known.get(dimension.name, dimension.label))


def detail_tabs(
    choice: Choice, dimension: Dimension, hidden: Collection[str]
) -> tuple[DetailTab, ...]:
    """Return a tab for each list of the panel, but for those that would say nothing."""
    panel = panel_of(dimension.name)
    if panel is None:
        return ()
    chosen = panel.tab_of(dimension.name)
    names = [name for name in panel.tabs if name in DIMENSIONS]
    return tuple(
        _tab(choice, name, panel.tabs[name], chosen)
        for name in names
        if name == chosen or name not in hidden
    )


def detail_variants(choice: Choice, dimension: Dimension) -> tuple[DetailTab, ...]:
    """Return the dimensions among which the tab lets choose, if there are several."""
    panel = panel_of(dimension.name)
    group = panel.variants.get(panel.tab_of(dimension.name), {}) if panel else {}
    return tuple(_tab(choice, name, words, dimension.name) for name, words in group.items())


def panel_of(dimension: str) -> PanelChoice | None:
    """Return the panel that can show a dimension."""
    return next((panel for panel in PANELS if dimension in panel.dimensions), None)


def _tab(choice: Choice, name: str, words: Words, chosen: str) -> DetailTab:
    return DetailTab(str(words), f"../{name}/{choice.query()}", name == chosen)
