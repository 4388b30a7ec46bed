"""A simulation of people on a website. It knows what they did before anything is collected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from math import log
from random import Random
from typing import NamedTuple

from visits.collect.payload import PAGEVIEW, Revenue
from visits.demo.choice import seeded
from visits.demo.people import Person, make_person
from visits.demo.plan import Plan, Wave, waves
from visits.demo.refusable import INTRUDERS
from visits.demo.sources import Source, landing, sources
from visits.demo.website import ACTIONS, next_page, published_posts, section
from visits.models import RefusalReason

# How many of the people go on after the first page, and after each further one.
GOES_ON, GOES_ON_FURTHER = 0.52, 0.64
PAGES_MAX_COUNT = 15
# How long people stay on a page: half of them longer than this.
STAY_SECONDS, STAY_SPREAD = 38, 1.0
STAY_MIN_SECONDS, STAY_MAX_SECONDS = 4, 1500
# Of the time on a page, how much is spent looking at it: at least, at most, mostly. Nobody reads for
# half an hour, and of a page that is looked at for STAY_SECONDS this share stays unread.
LOOKS_AT_SHARE = (0.3, 1.0, 0.8)
LOOKS_MAX_SECONDS = 900
READS_NOT_AT_ALL = 0.42
# Some come back the same day, at the earliest when the last visit is certainly over.
COMES_BACK = 0.12
BACK_AFTER_MIN_SECONDS, BACK_AFTER_MEAN_SECONDS = 31 * 60, 2.5 * 3600
INTRUDER_SHARE = 0.05
# Whatever the hour, somebody is there in the half hour before the end.
NOW_VISITS, NOW_SECONDS = 6, 1500
NOW_NUMBERS_FROM = 0xF000


class Step(NamedTuple):
    """One thing that somebody does, at an epoch second. A step with a reason must be refused for it."""

    at: int
    person: Person
    url: str
    referrer: str = ""
    name: str = PAGEVIEW
    properties: tuple[tuple[str, str], ...] = ()
    revenue: Revenue | None = None
    is_interactive: bool = True
    engaged_seconds: int | None = None
    scroll_percent: int | None = None
    reason: RefusalReason | None = None


Visit = list[Step]


def simulate(plan: Plan, day: dt.date) -> Iterator[Visit]:
    """Yield the visits of the people whose first visit is on a day, in no order, steps in order.

    A visit may go on after midnight, and somebody may come back after it. Nothing happens at or after
    `plan.until`. Refused hits are yielded as visits of one step.
    """
    for visit in _simulate(plan, day):
        made = [step for step in visit if step.at < plan.until.timestamp()]
        if made:
            yield made


def _simulate(plan: Plan, day: dt.date) -> Iterator[Visit]:
    random = seeded(plan.seed, day)
    walk = _Walk(plan, day, random)
    number = 0
    for wave in waves(plan, day):
        # The fraction of a person is a chance.
        for _ in range(int(wave.people + random.random())):
            number += 1
            yield from walk.visits(_instant(plan, day, wave, random), wave, number)
            if random.random() < INTRUDER_SHARE:
                yield [walk.intrusion(_instant(plan, day, wave, random))]
    if day == plan.last_day:
        for number in range(NOW_VISITS):
            at = int(plan.until.timestamp()) - random.randint(60, NOW_SECONDS)
            yield from walk.visits(at, None, NOW_NUMBERS_FROM + number)


def _instant(plan: Plan, day: dt.date, wave: Wave, random: Random) -> int:
    hour = wave.hours.choose(random)
    time = dt.time(hour, random.randrange(60), random.randrange(60), tzinfo=plan.zone)
    return int(dt.datetime.combine(day, time).timestamp())


class _Walk:
    """How the people of one day move through the site."""

    def __init__(self, plan: Plan, day: dt.date, random: Random) -> None:
        self.day = day
        self.random = random
        self.origin = f"https://{plan.domain}"
        self.posts = published_posts(plan.elapsed(day))
        self.sources = sources(plan.elapsed(day))

    def visits(self, at: int, wave: Wave | None, number: int) -> Iterator[Visit]:
        """Yield the visits of a person: one, and those for which he or she comes back."""
        random = self.random
        person = make_person(random, self.day, number)
        source = wave.source if wave and wave.source else self.sources.choose(random)
        if wave and wave.is_for_newest_post:
            path = self.posts.items[0]
        else:
            path = landing(random, source, self.posts)
        visit = self._visit(at, person, source, path)
        yield visit
        while random.random() < COMES_BACK:
            pause = BACK_AFTER_MIN_SECONDS + random.expovariate(1 / BACK_AFTER_MEAN_SECONDS)
            at = visit[-1].at + int(pause)
            visit = self._visit(at, person, Source(), landing(random, Source(), self.posts))
            yield visit

    def intrusion(self, at: int) -> Step:
        intruder = INTRUDERS.choose(self.random)
        person = make_person(self.random, self.day, 0)._replace(user_agent=intruder.agent)
        origin = f"https://{intruder.hostname}" if intruder.hostname else self.origin
        path = landing(self.random, Source(), self.posts)
        return Step(at, person, origin + path, intruder.referrer, reason=intruder.reason)

    def _visit(self, at: int, person: Person, source: Source, path: str) -> Visit:
        visit: Visit = []
        referrer, query = source.referrer, source.query
        chance = GOES_ON
        while True:
            url = self.origin + path
            stay = self._stay_seconds()
            view = Step(at, person, f"{url}?{query}" if query else url, referrer)
            visit.append(self._with_attention(view, stay))
            visit += self._actions(at, stay, person, path)
            if len(visit) >= PAGES_MAX_COUNT or self.random.random() > chance:
                return visit
            at += stay
            path, referrer, query, chance = (
                next_page(self.random, path, self.posts),
                url,
                "",
                GOES_ON_FURTHER,
            )

    def _with_attention(self, view: Step, stay: int) -> Step:
        """Return a view with the time that the page was looked at, and how far down it was read."""
        share = self.random.triangular(*LOOKS_AT_SHARE)
        engaged = min(int(stay * share), LOOKS_MAX_SECONDS)
        read = min(100, int(100 * (1 - READS_NOT_AT_ALL ** (engaged / STAY_SECONDS))) + 5)
        return view._replace(engaged_seconds=engaged, scroll_percent=read)

    def _actions(self, at: int, stay: int, person: Person, path: str) -> Visit:
        action = ACTIONS.get(section(path))
        if action is None or self.random.random() > action.chance:
            return []
        value = action.values.choose(self.random) if action.values else ""
        return [
            Step(
                at=at + self.random.randint(1, stay),
                person=person,
                url=self.origin + path,
                name=action.name,
                properties=((action.key, value),) if value else (),
                revenue=action.prices.get(value),
                is_interactive=action.is_interactive,
            )
        ]

    def _stay_seconds(self) -> int:
        stay = self.random.lognormvariate(log(STAY_SECONDS), STAY_SPREAD)
        return min(max(int(stay), STAY_MIN_SECONDS), STAY_MAX_SECONDS)
