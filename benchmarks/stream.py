"""What visitors of a made-up web do, day by day: visits with their steps, in order, the same for a seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import attrgetter
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.plan import Plan
from benchmarks.world import EVENTS, VIEWS, Persona, SiteShape, World, world_of
from visits.models.time import SECONDS_PER_DAY, to_day

# Monday to Sunday.
WEEKDAY_FACTORS = (1.1, 1.15, 1.13, 1.08, 0.98, 0.75, 0.81)
GROWTH_FROM, GROWTH_TO = 0.7, 1.3
NOISE = 0.12
EVENT_CHANCE = 0.14
COMES_BACK_CHANCE = 0.1
# A visit is over after thirty minutes; until the same person's next one it takes a little longer.
AWAY_MIN_SECONDS, AWAY_MEAN_SECONDS = 1860, 3 * 3600
HALF_OF_64_BITS = 1 << 63
MEAN_VIEWS = sum(count * weight for count, weight in enumerate(VIEWS, 1)) / sum(VIEWS)
MEAN_HITS = MEAN_VIEWS * (1 + EVENT_CHANCE) * (1 + COMES_BACK_CHANCE)
# The last visit of a site's day passes its number by this much on average.
OVERSHOOT_HITS = sum(count * (count - 1) * weight for count, weight in enumerate(VIEWS, 1)) / (
    2 * MEAN_VIEWS * sum(VIEWS)
)

# at, position of the page, position of the event or -1, engaged seconds, scroll percent, and the
# position of the property's value or -1. A plain tuple: there are ten million.
Step = tuple[int, int, int, int | None, int | None, int]


class Visit:
    """A visit as it happened. `viewed` belongs to its visitor: pages that were seen that day."""

    __slots__ = (
        "arrival",
        "is_first",
        "persona",
        "site",
        "started_at",
        "steps",
        "viewed",
        "visitor",
    )

    def __init__(
        self,
        site: int,
        visitor: int,
        persona: Persona,
        arrival: int,
        steps: list[Step],
        viewed: set[int],
        is_first: bool,
    ) -> None:
        self.site = site
        self.visitor = visitor
        self.persona = persona
        self.arrival = arrival
        self.steps = steps
        self.viewed = viewed
        self.is_first = is_first
        self.started_at = steps[0][0]


class Stream:
    """The visits of a plan. Each day has chances of its own, so that it can be made by itself."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.world = world_of(plan.seed)
        factors = [self._factor(date) for date in plan.dates()]
        self.hits_per_factor = plan.hits / sum(factors)

    def visits(self, date: dt.date) -> list[Visit]:
        """Return the visits that begin on a day of their site, the earliest first.

        A visit may go on after midnight; nobody comes back after it under the same visitor id.
        """
        random = Random(f"{self.plan.seed} {date}")
        found: list[Visit] = []
        for number, site in enumerate(self.world.sites):
            hits = self.hits_per_factor * self._factor(date) * site.share
            hits *= max(random.gauss(1, NOISE), 0.1)
            _SiteDay(self.world, site, number, date, random).fill(hits, found)
        found.sort(key=attrgetter("started_at"))
        return found

    def _factor(self, date: dt.date) -> float:
        elapsed = 1 - (self.plan.last_day - date).days / self.plan.days
        growth = GROWTH_FROM + (GROWTH_TO - GROWTH_FROM) * elapsed
        return growth * WEEKDAY_FACTORS[date.weekday()]


class _SiteDay:
    """How one site's day goes."""

    def __init__(
        self, world: World, site: SiteShape, number: int, date: dt.date, random: Random
    ) -> None:
        self.world, self.site, self.number, self.random = world, site, number, random
        midnight = dt.datetime.combine(date, dt.time(), ZoneInfo(site.zone))
        self.begins_at = int(midnight.timestamp())
        tomorrow = dt.datetime.combine(date + dt.timedelta(1), dt.time(), ZoneInfo(site.zone))
        self.ends_at = int(tomorrow.timestamp())

    def fill(self, hits: float, found: list[Visit]) -> None:
        """Add visits until there are so many hits, on average over many days."""
        wanted = hits - OVERSHOOT_HITS
        if wanted <= 0:
            # Fewer than one person makes: most days of a small site have none.
            wanted = 1 if self.random.random() < hits / MEAN_HITS else 0
        made = 0
        while made < wanted:
            for visit in self._person():
                found.append(visit)
                made += len(visit.steps)

    def _person(self) -> Iterator[Visit]:
        """Yield the visits of somebody on this day."""
        world, draw = self.world, self.random.random
        visitor = self.random.getrandbits(64) - HALF_OF_64_BITS
        persona = world.personas[int(draw() * len(world.personas))]
        seconds = world.day_seconds[int(draw() * len(world.day_seconds))]
        # A day of 23 or 25 hours is as full as any other.
        at = self.begins_at + seconds * (self.ends_at - self.begins_at) // SECONDS_PER_DAY
        viewed: set[int] = set()
        is_first = True
        while at < self.ends_at:
            arrival = int(draw() * len(world.arrivals))
            steps = self._steps(at)
            yield Visit(self.number, visitor, persona, arrival, steps, viewed, is_first)
            if draw() > COMES_BACK_CHANCE:
                return
            is_first = False
            pause = AWAY_MIN_SECONDS + int(self.random.expovariate(1 / AWAY_MEAN_SECONDS))
            at = steps[-1][0] + pause

    def _steps(self, at: int) -> list[Step]:
        world, draw, pages = self.world, self.random.random, self.site.pages
        steps: list[Step] = []
        for _ in range(world.view_counts[int(draw() * len(world.view_counts))]):
            page = pages[int(draw() * len(pages))]
            reading = world.readings[int(draw() * len(world.readings))]
            steps.append((at, page, -1, reading.engaged_seconds, reading.scroll_percent, -1))
            if draw() < EVENT_CHANCE:
                event = world.events[int(draw() * len(world.events))]
                value = int(draw() * len(EVENTS[event][3])) if EVENTS[event][2] else -1
                steps.append((at + reading.seconds // 2, page, event, None, None, value))
            at += reading.seconds
        return steps


def day_of(at: int, zone: str) -> int:
    """Return the day, counted from 1970-01-01, on which an instant falls in a time zone."""
    return to_day(dt.datetime.fromtimestamp(at, ZoneInfo(zone)).date())
