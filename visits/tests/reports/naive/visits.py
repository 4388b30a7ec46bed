"""Which messages make which visit: one loop in the order of arrival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from visits.tests.reports.naive.clock import ONE_DAY, local_date
from visits.tests.reports.naive.messages import Message, PlainAttention, PlainHit

PAUSE_SECONDS = 30 * 60
ENGAGED_MAX_SECONDS = 8 * 3600

Who = tuple[str, int, dt.date]


@dataclass
class KeptHit:
    """A hit in its visit. `number` counts all that arrives: of one second, the larger came later.

    `title` is what its page was called when it was last told.
    """

    sent: PlainHit
    number: int
    engaged_seconds: int | None
    scroll_percent: int | None
    title: str = ""

    @property
    def place_in_time(self) -> tuple[int, int]:
        return self.sent.at, self.number


@dataclass
class PlainVisit:
    """`hits` are in the order of arrival; what the visit came from is what its first one to arrive says."""

    site: str
    day: dt.date
    zone: ZoneInfo
    person: int
    began: int
    last_seen: int
    hits: list[KeptHit] = field(default_factory=list)
    last_number: int = -1

    @property
    def who(self) -> Who:
        """People are known to a site for a day, the one in which the visit began."""
        return self.site, self.person, self.day

    @property
    def origin(self) -> PlainHit:
        return self.hits[0].sent

    @property
    def hits_in_time(self) -> list[KeptHit]:
        return sorted(self.hits, key=lambda hit: hit.place_in_time)

    @property
    def views(self) -> list[KeptHit]:
        return [hit for hit in self.hits_in_time if hit.sent.is_view]

    @property
    def events(self) -> list[KeptHit]:
        return [hit for hit in self.hits_in_time if not hit.sent.is_view]

    @property
    def entry(self) -> KeptHit:
        return self.hits_in_time[0]

    @property
    def exit(self) -> KeptHit:
        """Return the last hit; one that tells of a time before the visitor was last seen is none."""
        return next(hit for hit in self.hits if hit.number == self.last_number)

    @property
    def is_bounce(self) -> bool:
        has_interaction = any(hit.sent.is_interactive for hit in self.events)
        return len(self.views) <= 1 and not has_interaction

    @property
    def seconds(self) -> int:
        return self.last_seen - self.began

    def is_near(self, begins_at: int, ends_at: int) -> bool:
        """Tell whether less than the pause lies between the visit and what lasted so long."""
        return self.began - PAUSE_SECONDS < ends_at and begins_at < self.last_seen + PAUSE_SECONDS

    def keep(self, hit: KeptHit) -> None:
        """A late hit can be the first of its visit, and not the last: the visitor was seen since."""
        self.hits.append(hit)
        self.began = min(self.began, hit.sent.at)
        if hit.sent.at >= self.last_seen:
            self.last_seen, self.last_number = hit.sent.at, hit.number


def visits_of(messages: Sequence[Message], zone: ZoneInfo, site: str = "") -> list[PlainVisit]:
    """Return the visits of a site's messages, in the order in which they came to be known."""
    visits: list[PlainVisit] = []
    titles: dict[tuple[str, str], str] = {}
    for number, message in enumerate(messages):
        if isinstance(message, PlainHit):
            _keep(message, number, visits, zone, site)
        else:
            _attend(message, visits, zone)
        if message.title:
            titles[message.hostname, message.path] = message.title
    for visit in visits:
        for hit in visit.hits:
            hit.title = titles.get((hit.sent.hostname, hit.sent.path), "")
    return visits


def _keep(hit: PlainHit, number: int, visits: list[PlainVisit], zone: ZoneInfo, site: str) -> None:
    visit = _find(visits, hit, zone, hit.at)
    if visit is None:
        visit = PlainVisit(site, local_date(hit.at, zone), zone, hit.person, hit.at, hit.at)
        visits.append(visit)
    visit.keep(KeptHit(hit, number, hit.engaged_seconds, hit.scroll_percent))


def _find(
    visits: Sequence[PlainVisit], message: Message, zone: ZoneInfo, begins_at: int
) -> PlainVisit | None:
    """Return the person's visit that goes on: one of the same day, else one of the day before."""
    today = local_date(message.at, zone)
    for day in (today, today - ONE_DAY):
        for visit in reversed(visits):
            is_theirs = visit.person == message.person and visit.day == day
            if is_theirs and visit.is_near(begins_at, message.at):
                return visit
    return None


def _attend(message: PlainAttention, visits: Sequence[PlainVisit], zone: ZoneInfo) -> None:
    """Give attention to the view of its page that was kept last; without one it counts for nothing.

    It began before it was told: a reader of an hour was never away.
    """
    visit = _find(visits, message, zone, message.at - message.engaged_seconds)
    if visit is None:
        return
    views = [
        hit
        for other in visits
        if other.who == visit.who
        for hit in other.views
        if (hit.sent.hostname, hit.sent.path) == (message.hostname, message.path)
    ]
    if views:
        visit.last_seen = max(visit.last_seen, message.at)
        view = max(views, key=lambda hit: hit.number)
        seconds = (view.engaged_seconds or 0) + message.engaged_seconds
        view.engaged_seconds = min(seconds, ENGAGED_MAX_SECONDS)
        view.scroll_percent = max(view.scroll_percent or 0, message.scroll_percent)


def within(visits: Iterable[PlainVisit], start: dt.date, end: dt.date) -> list[PlainVisit]:
    return [visit for visit in visits if start <= visit.day <= end]


def begun_within(visits: Iterable[PlainVisit], since: int, until: int) -> list[PlainVisit]:
    """Return the visits that began from the instant `since` on and before `until`."""
    return [visit for visit in visits if since <= visit.began < until]
