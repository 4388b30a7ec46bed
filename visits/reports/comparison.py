"""Comparisons: the span that a period is set beside, and no more of it than has elapsed of the period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sites.clock import clock_instant, day_start
from visits.reports.days import (
    ONE_DAY,
    at_offset,
    local_minute,
    unit_start,
    units_before,
    year_before,
)
from visits.reports.period import UNITS_OF_NAMES, Period, PeriodName, check_days

DAYS_OF_WEEK = 7
FIELDS = ("compare_from", "compare_to")


class ComparisonName(TextChoices):
    NONE = "none", _("No comparison")
    PREVIOUS = "previous", _("Previous period")
    YEAR = "year", _("Year before")
    CUSTOM = "custom", _("Other days")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to compare a period with. `start` and `end` are the days of a custom one.

    With `match_weekdays`, the period before and the year before begin on the weekday of the period.
    """

    name: ComparisonName = ComparisonName.NONE
    match_weekdays: bool = False
    start: dt.date | None = None
    end: dt.date | None = None

    @classmethod
    def custom(cls, start: dt.date | None, end: dt.date | None) -> Comparison:
        """Return a comparison with days of any number. Raises InvalidQuery as Period.custom does."""
        first, last = check_days(start, end, FIELDS)
        return cls(ComparisonName.CUSTOM, False, first, last)

    @property
    def label(self) -> str:
        if self.start and self.end:
            return Period(PeriodName.CUSTOM, self.start, self.end).dates_label
        return str(self.name.label)

    def of(self, period: Period, now: dt.datetime, zone: ZoneInfo) -> Period | None:
        """Return what a period is compared with, None without a comparison; `now` is aware.

        While the period runs, the comparison ends where the period is now: after as many days, and on
        the last of them at the same time of day, to the minute. Periods of hours and minutes compare as
        many minutes. Nothing lies before all days.
        """
        is_custom = self.name == ComparisonName.CUSTOM
        if self.name == ComparisonName.NONE or (period.name == PeriodName.ALL and not is_custom):
            return None
        if period.since is not None and not is_custom:
            since = self._beginning(period, period.since, zone)
            until = min(since + _elapsed(period.since, now, zone), period.since)
            return Period.between(since, until, zone)
        start, end = self._days(period)
        if period.since is not None:
            return _first_of(start, end, _elapsed(period.since, now, zone), zone)
        return _until_now(period, start, end, now, zone)

    def parameters(self) -> dict[str, str]:
        """Return the query parameters from which `parse_comparison` makes this comparison."""
        days = zip(FIELDS, (self.start, self.end), strict=True)
        return {
            "compare": self.name.value,
            **({"match_weekdays": "1"} if self.match_weekdays else {}),
            **{field: day.isoformat() for field, day in days if day is not None},
        }

    def _days(self, period: Period) -> tuple[dt.date, dt.date]:
        if self.start and self.end:
            return self.start, self.end
        is_year = self.name == ComparisonName.YEAR
        start, end = period.days_a_year_before() if is_year else period.days_before()
        shift = _weekday_shift(start, end, period) if self.match_weekdays else dt.timedelta()
        return start + shift, end + shift

    def _beginning(self, period: Period, since: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """Return where the comparison of a period of hours or minutes begins, on a whole one."""
        unit, count = UNITS_OF_NAMES[period.name]
        is_year = self.name == ComparisonName.YEAR
        if not is_year and not self.match_weekdays:
            return units_before(since, count, unit, zone)
        day = year_before(since.date()) if is_year else since.date() - DAYS_OF_WEEK * ONE_DAY
        if self.match_weekdays:
            day += _to_weekday(day, since.weekday()) * ONE_DAY
        return unit_start(clock_instant(day, since.time(), zone), unit, zone)


def _until_now(
    period: Period, start: dt.date, end: dt.date, now: dt.datetime, zone: ZoneInfo
) -> Period:
    """Return the days from start to end; of a running period, as much of them as has elapsed of it."""
    clock = local_minute(now, zone)
    last = start + (clock.date() - period.start)
    if not period.start <= clock.date() <= period.end or last > end:
        return Period(PeriodName.CUSTOM, start, end)
    until = clock_instant(last, clock.time(), zone)
    return Period(PeriodName.CUSTOM, start, last, until=at_offset(until, zone))


def _first_of(start: dt.date, end: dt.date, length: dt.timedelta, zone: ZoneInfo) -> Period:
    """Return the first so many minutes of some days, all of them when they have no more."""
    since = day_start(start, zone)
    until = min(since + length, day_start(end + ONE_DAY, zone))
    return Period.between(since, until, zone)


def _elapsed(since: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    """Return the whole minutes that have gone by."""
    return at_offset(local_minute(now, zone), zone) - since


def _weekday_shift(start: dt.date, end: dt.date, period: Period) -> dt.timedelta:
    """Return how far a span is from the nearest that begins on the weekday of the period.

    Where that would reach into the period, it is a week earlier.
    """
    days = _to_weekday(start, period.start.weekday())
    if end < period.start <= end + days * ONE_DAY:
        days -= DAYS_OF_WEEK
    return days * ONE_DAY


def _to_weekday(day: dt.date, weekday: int) -> int:
    """Return the days from a day to the nearest weekday: three at most, to either side."""
    return (weekday - day.weekday() + 3) % DAYS_OF_WEEK - 3
