"""Which visits are asked about, and which of their hits are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from visits.tests.reports.naive.dimensions import (
    hit_texts,
    is_of_events,
    is_of_views,
    is_of_visits,
    visit_text,
)
from visits.tests.reports.naive.goals import PlainGoal, meeting_hits
from visits.tests.reports.naive.visits import KeptHit, PlainVisit

OPERATORS = ("is", "is_not", "contains", "contains_not")


@dataclass(frozen=True)
class PlainFilter:
    """A condition: any of the values, or with “not” none of them. Of goals there are `goals` instead.

    `dimension` is a name, "property[key]" or "goal".
    """

    dimension: str
    operator: str
    values: tuple[str, ...] = ()
    goals: tuple[PlainGoal, ...] = ()

    def accepts(self, text: str) -> bool:
        match self.operator:
            case "is":
                return text in self.values
            case "is_not":
                return text not in self.values
            case "contains":
                return self._has_part_in(text)
            case "contains_not":
                return not self._has_part_in(text)
        raise ValueError(self.operator)

    def _has_part_in(self, text: str) -> bool:
        return any(value.casefold() in text.casefold() for value in self.values)


@dataclass
class Counted:
    """A selected visit with those of its views and events that are counted."""

    visit: PlainVisit
    views: list[KeptHit] = field(default_factory=list)
    events: list[KeptHit] = field(default_factory=list)


def goals_of(filters: Iterable[PlainFilter]) -> list[PlainGoal]:
    """Return the goals that the visits asked for have met."""
    return [goal for known in filters if known.operator == "is" for goal in known.goals]


def without_goals(filters: Iterable[PlainFilter]) -> tuple[PlainFilter, ...]:
    return tuple(known for known in filters if known.dimension != "goal")


def selected(visits: Iterable[PlainVisit], filters: Sequence[PlainFilter] = ()) -> list[Counted]:
    """Return the visits that meet all filters, with what is counted of them.

    Counted are the views that meet the conditions on views, and the events that meet these and the
    conditions on events.
    """
    on_views = [known for known in filters if is_of_views(known.dimension)]
    on_events = [known for known in filters if is_of_events(known.dimension)]
    return [
        Counted(
            visit,
            [hit for hit in visit.views if meets_all(hit, on_views)],
            [hit for hit in visit.events if meets_all(hit, [*on_views, *on_events])],
        )
        for visit in visits
        if is_selected(visit, filters)
    ]


def is_selected(visit: PlainVisit, filters: Sequence[PlainFilter]) -> bool:
    """Tell whether a visit meets all conditions on visits, and one hit of it all conditions on hits."""
    on_visits = [known for known in filters if is_of_visits(known.dimension)]
    on_goals = [known for known in filters if known.dimension == "goal"]
    return (
        all(known.accepts(visit_text(known.dimension, visit)) for known in on_visits)
        and all(_is_met_in(visit, known) for known in on_goals)
        and _has_hit(visit, filters)
    )


def _has_hit(visit: PlainVisit, filters: Sequence[PlainFilter]) -> bool:
    """Without conditions on events the hit has to be a view, with them an event."""
    on_views = [known for known in filters if is_of_views(known.dimension)]
    on_events = [known for known in filters if is_of_events(known.dimension)]
    if on_events:
        return any(meets_all(hit, [*on_views, *on_events]) for hit in visit.events)
    if on_views:
        return any(meets_all(hit, on_views) for hit in visit.views)
    return True


def _is_met_in(visit: PlainVisit, known: PlainFilter) -> bool:
    is_met = any(meeting_hits(goal, visit) for goal in known.goals)
    return is_met if known.operator == "is" else not is_met


def meets_all(hit: KeptHit, filters: Iterable[PlainFilter]) -> bool:
    return all(
        any(known.accepts(text) for text in hit_texts(known.dimension, hit)) for known in filters
    )
