"""What an owner hopes for: a page viewed, an event, or a page read so far."""

from __future__ import annotations

from dataclasses import dataclass

from visits.tests.reports.naive.visits import KeptHit, PlainVisit


@dataclass(frozen=True)
class PlainGoal:
    """With `event`, that event with all of `properties`; else a view of a page like `path`, of which so
    much was seen as `scroll_percent` says, when it says so."""

    name: str
    path: str = ""
    event: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    scroll_percent: int | None = None

    def is_met_by(self, hit: KeptHit) -> bool:
        if self.event:
            return hit.sent.event == self.event and set(self.properties) <= set(hit.sent.properties)
        if not hit.sent.is_view or not is_like(hit.sent.path, self.path):
            return False
        if self.scroll_percent is None:
            return True
        return hit.scroll_percent is not None and hit.scroll_percent >= self.scroll_percent


def meeting_hits(goal: PlainGoal, visit: PlainVisit) -> list[KeptHit]:
    return [hit for hit in visit.hits_in_time if goal.is_met_by(hit)]


def is_like(text: str, pattern: str) -> bool:
    """Compare with a pattern: `*` is any characters of one part of a path, `**` any at all."""
    if not pattern:
        return not text
    if pattern.startswith("**"):
        rest = pattern[2:]
        return any(is_like(text[number:], rest) for number in range(len(text) + 1))
    if pattern.startswith("*"):
        part = text.split("/")[0]
        return any(is_like(text[number:], pattern[1:]) for number in range(len(part) + 1))
    return text[:1] == pattern[0] and is_like(text[1:], pattern[1:])
