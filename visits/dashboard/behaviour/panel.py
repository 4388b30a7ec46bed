"""What visitors did, as one wide panel: goals, events and their properties, funnels, flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from visits.dashboard.behaviour.body import TableBody
from visits.dashboard.behaviour.events import events_body
from visits.dashboard.behaviour.flow import FlowBody, flow_body
from visits.dashboard.behaviour.funnels import FunnelBody, funnel_body
from visits.dashboard.behaviour.goals import goals_body
from visits.dashboard.behaviour.properties import PropertiesBody, properties_body
from visits.dashboard.choice import Choice
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.choice import PanelChoice
from visits.dashboard.panels.panel import Emptiness
from visits.dashboard.panels.tabs import tabs
from visits.reports.query import ReportQuery

Body = TableBody | PropertiesBody | FunnelBody | FlowBody
# What answers each tab: of the query, the choice, the panel's element and whether its owner reads.
BODIES: Mapping[str, Callable[[ReportQuery, Choice, str, bool], Body | Emptiness]] = {
    "goal": goals_body,
    "event": events_body,
    "property": properties_body,
    "funnel": funnel_body,
    "flow": flow_body,
}


@dataclass(frozen=True, slots=True)
class BehaviourPanel:
    """What templates/visits/_behaviour.html shows: a body, or why there is none."""

    template: ClassVar[str] = "visits/_behaviour.html"
    id: str
    title: str
    tabs: list[ChoiceLink]
    body: Body | None
    empty: Emptiness | None
    is_wide: bool = True

    @property
    def said(self) -> str:
        """Return what has been refreshed, for screen readers."""
        if self.body:
            return self.body.said
        return self.empty.title if self.empty else ""


def behaviour_panel(
    query: ReportQuery, choice: Choice, chosen: PanelChoice, is_own: bool
) -> BehaviourPanel:
    """Return the panel with the tab that was chosen."""
    answer = BODIES[choice.shown_by(chosen)](query, choice, chosen.element_id, is_own)
    return BehaviourPanel(
        id=chosen.element_id,
        title=str(chosen.title),
        tabs=tabs(choice, chosen),
        body=None if isinstance(answer, Emptiness) else answer,
        empty=answer if isinstance(answer, Emptiness) else None,
    )
