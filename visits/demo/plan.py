"""What to make: the days, how many visits, and when more people come than usual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from visits.demo.choice import Weighted, seeded
from visits.demo.sources import HACKER_NEWS, LINKEDIN_ADS, Source, newsletter

ONE_SECOND = dt.timedelta(seconds=1)
TUESDAY = 1

# Visits by the hour of the day, in the site's time zone.
WORKDAY_HOURS = Weighted(
    zip(
        (8, 5, 4, 3, 3, 5, 12, 28, 52, 70, 78, 74, 60, 70, 80, 78, 68, 56, 46, 44, 46, 42, 30, 16),
        range(24),
        strict=True,
    )
)
WEEKEND_HOURS = Weighted(
    zip(
        (14, 10, 7, 5, 4, 4, 6, 12, 22, 36, 48, 52, 50, 48, 50, 52, 50, 48, 50, 54, 56, 50, 38, 24),
        range(24),
        strict=True,
    )
)
# A newsletter goes out at nine; a post reaches the front page when America gets up.
AFTER_MAIL_HOURS = Weighted(zip((30, 24, 14, 9, 7, 5, 4, 3, 2, 1, 1), range(9, 20), strict=True))
AFTER_POST_HOURS = Weighted(zip((6, 22, 30, 28, 22, 16, 11, 8, 5), range(15, 24), strict=True))

# Monday to Sunday.
WEEKDAY_FACTORS = (1.12, 1.2, 1.18, 1.12, 0.98, 0.66, 0.74)
GROWTH_FROM, GROWTH_TO = 0.65, 1.35
# First and last day of the weeks in which people are away, as month and day.
QUIET_WEEKS = (((12, 23), (12, 31), 0.55), ((1, 1), (1, 2), 0.6), ((8, 1), (8, 21), 0.85))
NOISE = 0.09

DAYS_BETWEEN_POSTS = 150
# People on a usual day, for each visit that is asked for: some come back, and some days have more.
PEOPLE_PER_VISIT = 0.82
POST_PEOPLE, DAY_AFTER_POST_PEOPLE = 5.0, 1.4
NEWSLETTER_PEOPLE = 0.9
ADS_FROM, ADS_TO, ADS_PEOPLE = 0.55, 0.62, 0.3


@dataclass(frozen=True)
class Plan:
    """Which traffic to make. The same plan makes the same traffic, except for the visitors' ids.

    `until` is the instant at which it ends; the last of the `days` may be cut by it. `visits_per_day`
    is the average of a year, roughly.
    """

    domain: str
    zone: ZoneInfo
    until: dt.datetime
    days: int = 365
    visits_per_day: float = 30
    seed: int = 1

    @property
    def last_day(self) -> dt.date:
        return (self.until - ONE_SECOND).astimezone(self.zone).date()

    @property
    def first_day(self) -> dt.date:
        return self.last_day - dt.timedelta(days=self.days - 1)

    def each_day(self) -> Iterator[dt.date]:
        return (self.first_day + dt.timedelta(days=number) for number in range(self.days))

    def elapsed(self, day: dt.date) -> float:
        """Return how much of the period has passed on a day, from 0 to 1."""
        return (day - self.first_day).days / max(self.days - 1, 1)


class Wave(NamedTuple):
    """People of a day who have something in common. Without a source, they come from anywhere."""

    people: float
    hours: Weighted[int]
    source: Source | None = None
    is_for_newest_post: bool = False


def waves(plan: Plan, day: dt.date) -> Iterator[Wave]:
    """Yield the waves of a day: the usual visits, then what happened on it."""
    people = plan.visits_per_day * PEOPLE_PER_VISIT
    is_weekend = day.weekday() > 4
    hours = WEEKEND_HOURS if is_weekend else WORKDAY_HOURS
    yield Wave(people * _usual_factor(plan, day), hours)
    if day in _post_days(plan):
        yield Wave(people * POST_PEOPLE, AFTER_POST_HOURS, HACKER_NEWS, True)
    if day - dt.timedelta(days=1) in _post_days(plan):
        yield Wave(people * DAY_AFTER_POST_PEOPLE, hours, HACKER_NEWS, True)
    if day.weekday() == TUESDAY and day.day <= 7:
        readers = people * NEWSLETTER_PEOPLE * _growth_factor(plan, day)
        yield Wave(readers, AFTER_MAIL_HOURS, newsletter(day), True)
    if ADS_FROM <= plan.elapsed(day) <= ADS_TO:
        yield Wave(people * ADS_PEOPLE, hours, LINKEDIN_ADS)


def _usual_factor(plan: Plan, day: dt.date) -> float:
    noise = max(seeded(plan.seed, "noise", day).gauss(1, NOISE), 0.5)
    weekday = WEEKDAY_FACTORS[day.weekday()]
    return _growth_factor(plan, day) * weekday * _quiet_factor(day) * noise


def _growth_factor(plan: Plan, day: dt.date) -> float:
    return GROWTH_FROM + (GROWTH_TO - GROWTH_FROM) * plan.elapsed(day)


def _quiet_factor(day: dt.date) -> float:
    date = (day.month, day.day)
    return next((factor for first, last, factor in QUIET_WEEKS if first <= date <= last), 1.0)


@lru_cache(maxsize=8)
def _post_days(plan: Plan) -> frozenset[dt.date]:
    """Return the days on which a post of the blog is on the front page of Hacker News."""
    random = seeded(plan.seed, "posts")
    count = max(plan.days // DAYS_BETWEEN_POSTS, 1)
    stretch = plan.days / count
    # One in each stretch, and never two close together.
    numbers = (int(stretch * (number + random.uniform(0.2, 0.8))) for number in range(count))
    return frozenset(plan.first_day + dt.timedelta(days=number) for number in numbers)
