"""Periods: the days that a report speaks of, always days of the site's own time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visits.reports import date_words as words
from visits.reports.days import (
    MONTHS_OF_YEAR,
    ONE_DAY,
    ONE_HOUR,
    ONE_MINUTE,
    add_months,
    at_offset,
    local_day,
    local_minute,
    months_between,
    unit_end,
    unit_start,
    units_before,
    year_before,
)
from visits.reports.exceptions import InvalidQuery
from visits.reports.interval import Interval, default_interval, intervals_of_days

__all__ = ["ONE_DAY", "Interval", "Period", "PeriodName", "check_days"]

FIRST_DAY = dt.date(1970, 1, 1)
LAST_DAY = dt.date(2200, 12, 31)
MAX_DAYS = 3_653  # ten years with three leap days


class PeriodName(TextChoices):
    LIVE = "live", _("Last 30 minutes")
    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    LAST_24_HOURS = "24h", _("Last 24 hours")
    LAST_7_DAYS = "7d", _("Last 7 days")
    LAST_28_DAYS = "28d", _("Last 28 days")
    LAST_91_DAYS = "91d", _("Last 91 days")
    MONTH = "month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    YEAR = "year", _("This year")
    LAST_12_MONTHS = "12mo", _("Last 12 months")
    ALL = "all", _("All time")
    CUSTOM = "custom", _("Custom")

    @property
    def label_within(self) -> str:
        """Return the label as it stands within a sentence; German nouns keep their capital."""
        label = str(self.label)
        return label[:1].lower() + label[1:]


DEFAULT_NAME = PeriodName.LAST_28_DAYS
DAYS_OF_NAMES = {
    PeriodName.LAST_7_DAYS: 7,
    PeriodName.LAST_28_DAYS: 28,
    PeriodName.LAST_91_DAYS: 91,
}
# Periods of hours or minutes: the running one and those before it, so many in all.
UNITS_OF_NAMES: Mapping[PeriodName, tuple[dt.timedelta, int]] = {
    PeriodName.LIVE: (ONE_MINUTE, 30),
    PeriodName.LAST_24_HOURS: (ONE_HOUR, 24),
}
INTERVALS_OF_NAMES = {
    PeriodName.LIVE: (Interval.MINUTE,),
    PeriodName.LAST_24_HOURS: (Interval.MINUTE, Interval.HOUR),
}
# Months before days: on 28 February both name the same days, and the reader thinks of the month.
NAMES_OF_DATES = (
    PeriodName.MONTH,
    PeriodName.LAST_MONTH,
    PeriodName.YEAR,
    PeriodName.LAST_12_MONTHS,
    PeriodName.TODAY,
    PeriodName.YESTERDAY,
    *DAYS_OF_NAMES,
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included. Raises InvalidQuery when it ends before it begins.

    `since` (included) and `until` (excluded) are None, or cut the first and the last day: then the
    visits that began within them are counted, with all of their hits. They are whole minutes, written
    with the site's offset.
    """

    name: PeriodName
    start: dt.date
    end: dt.date
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidQuery("to", gettext("The last day lies before the first."))

    @classmethod
    def named(
        cls, name: str, now: dt.datetime, zone: ZoneInfo, first_day: dt.date | None = None
    ) -> Self:
        """Return the period of any name but `custom`, as seen from an aware `now`. Raises InvalidQuery.

        `all` begins with `first_day`, or as early as a period can.
        """
        if name in UNITS_OF_NAMES:
            return cls._of_units(PeriodName(name), now, zone)
        return cls.of(name, local_day(now, zone), first_day=first_day)

    @classmethod
    def of(
        cls,
        name: str,
        today: dt.date,
        start: dt.date | None = None,
        end: dt.date | None = None,
        first_day: dt.date | None = None,
    ) -> Self:
        """Return a period of whole days, as seen from the site's `today`; `custom` takes start and end.

        Running months and years reach to their end. Raises InvalidQuery; ValueError for the periods of
        minutes and hours, which `named` makes.
        """
        if name not in PeriodName.values:
            choices = ", ".join(PeriodName.values)
            sentence = gettext("“%(name)s” is not a period. Choose one of %(choices)s.")
            raise InvalidQuery("period", sentence % {"name": name[:40], "choices": choices})
        if name == PeriodName.CUSTOM:
            return cls.custom(start, end)
        if name == PeriodName.ALL:
            return cls._all(today, first_day)
        return cls(PeriodName(name), *_dates(PeriodName(name), today))

    @classmethod
    def custom(cls, start: dt.date | None, end: dt.date | None) -> Self:
        """Return a period chosen by its days. Raises InvalidQuery beyond 1970 to 2200 and ten years."""
        return cls(PeriodName.CUSTOM, *check_days(start, end))

    @classmethod
    def between(cls, since: dt.datetime, until: dt.datetime, zone: ZoneInfo) -> Self:
        """Return what lies between two instants, under the name `custom`."""
        last = max(since, until - ONE_MINUTE)
        return cls(
            PeriodName.CUSTOM,
            local_day(since, zone),
            local_day(last, zone),
            at_offset(since, zone),
            at_offset(until, zone),
        )

    @classmethod
    def _of_units(cls, name: PeriodName, now: dt.datetime, zone: ZoneInfo) -> Self:
        unit, count = UNITS_OF_NAMES[name]
        since = units_before(unit_start(now, unit, zone), count - 1, unit, zone)
        return cls(
            name,
            local_day(since, zone),
            local_day(now, zone),
            at_offset(since, zone),
            at_offset(unit_end(now, unit, zone), zone),
        )

    @classmethod
    def _all(cls, today: dt.date, first_day: dt.date | None) -> Self:
        earliest = max(FIRST_DAY, today - (MAX_DAYS - 1) * ONE_DAY)
        return cls(PeriodName.ALL, min(max(first_day or earliest, earliest), today), today)

    @property
    def day_count(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def allowed_intervals(self) -> tuple[Interval, ...]:
        """Return the intervals in which the period can be shown, the smallest first."""
        return INTERVALS_OF_NAMES.get(self.name) or intervals_of_days(self.day_count)

    @property
    def interval(self) -> Interval:
        """Return the interval in which the period is shown unless another is chosen."""
        named = INTERVALS_OF_NAMES.get(self.name)
        return named[-1] if named else default_interval(self.day_count)

    @property
    def label(self) -> str:
        return self.dates_label if self.name == PeriodName.CUSTOM else str(self.name.label)

    @property
    def label_within(self) -> str:
        """Return the label as it stands within a sentence: names of months keep their capital."""
        return self.dates_label if self.name == PeriodName.CUSTOM else self.name.label_within

    @property
    def dates_label(self) -> str:
        """Return the days in words, as short as they can be said."""
        if self.since and self.until:
            is_same_day = self.since.date() == self.until.date()
            last = words.clock(self.until) if is_same_day else words.instant(self.until)
            return words.span(words.instant(self.since), last)
        if self.until and self.until.time() == dt.time() and self.start < self.end:
            # Nothing has elapsed of the last day.
            return Period(PeriodName.CUSTOM, self.start, self.end - ONE_DAY).dates_label
        if self.until:
            until = {"days": self._days_label, "time": words.clock(self.until)}
            return gettext("%(days)s until %(time)s") % until
        return self._days_label

    def elapsed(self, now: dt.datetime, zone: ZoneInfo) -> Period:
        """Return a period of hours or minutes up to this minute, where those that it is compared with end."""
        if self.since is None or self.until is None or self.until <= now:
            return self
        return replace(self, until=at_offset(local_minute(now, zone), zone))

    @property
    def _days_label(self) -> str:
        if self.is_whole_months:
            return words.span(words.month(self.start), words.month(self.end))
        is_one_day = self.start == self.end
        is_one_year = self.start.year == self.end.year and not is_one_day
        first = words.day_in_year(self.start) if is_one_year else words.full_day(self.start)
        return words.span(first, words.full_day(self.end))

    @property
    def is_whole_months(self) -> bool:
        is_cut = self.since is not None or self.until is not None
        return self.start.day == 1 and (self.end + ONE_DAY).day == 1 and not is_cut

    @property
    def counts_in_months(self) -> bool:
        """Tell whether months are compared with months: whole ones, not by chance."""
        return self.is_whole_months and self.name not in DAYS_OF_NAMES

    def days(self) -> Iterator[dt.date]:
        return (self.start + number * ONE_DAY for number in range(self.day_count))

    def days_before(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last of as many days directly before, or of as many months."""
        if self.counts_in_months:
            return add_months(self.start, -self._month_count), self.start - ONE_DAY
        return self.start - self.day_count * ONE_DAY, self.start - ONE_DAY

    def days_a_year_before(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last of as many days from the same date on, or of the same months."""
        if self.counts_in_months:
            end = add_months(self.end + ONE_DAY, -MONTHS_OF_YEAR) - ONE_DAY
            return add_months(self.start, -MONTHS_OF_YEAR), end
        start = year_before(self.start)
        return start, start + (self.day_count - 1) * ONE_DAY

    def previous(self, today: dt.date) -> Period:
        """Return the days directly before: the same length, months with months, always whole days.

        While the period runs, only as many days of the one before as have begun: on 10 March, the
        month compares 1 to 10 March with 1 to 10 February; on 30 March with the whole of February.
        Reports compare up to the time of day: see comparison.py.
        """
        start, end = self.days_before()
        if self.start <= today < self.end:
            end = min(end, start + (today - self.start))
        return Period(PeriodName.CUSTOM, start, end)

    def earlier(self, today: dt.date) -> Period | None:
        """Return the period one step back, None where there is none: what a link leads to."""
        if not self._has_steps:
            return None
        start, end = self.days_before()
        return None if start < FIRST_DAY else _of_dates(start, end, today)

    def later(self, today: dt.date) -> Period | None:
        """Return the period one step ahead, None when it would begin in the future."""
        if not self._has_steps:
            return None
        start, end = self._days_after()
        return None if start > today else _of_dates(start, end, today)

    def wider(self, today: dt.date) -> Period | None:
        """Return what lies around chosen days: the whole months, of whole months the whole years.

        None around named periods, around whole years, and where it would be longer than a period can be.
        """
        if self.name != PeriodName.CUSTOM or self.since is not None:
            return None
        start = self.start.replace(day=1)
        end = add_months(self.end.replace(day=1), 1) - ONE_DAY
        if (start, end) == (self.start, self.end):
            start, end = start.replace(month=1), end.replace(month=MONTHS_OF_YEAR, day=31)
        is_same, is_too_long = (
            (start, end) == (self.start, self.end),
            (end - start).days >= MAX_DAYS,
        )
        return None if is_same or is_too_long else _of_dates(start, end, today)

    def parameters(self) -> dict[str, str]:
        """Return the query parameters from which `parse_period` makes this period."""
        if self.name != PeriodName.CUSTOM:
            return {"period": self.name.value}
        return {
            "period": self.name.value,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
        }

    @property
    def _has_steps(self) -> bool:
        """What reaches to this minute, or over all days, has nothing of its kind beside it."""
        return self.name != PeriodName.ALL and self.name not in UNITS_OF_NAMES

    @property
    def _month_count(self) -> int:
        return months_between(self.start, self.end) + 1

    def _days_after(self) -> tuple[dt.date, dt.date]:
        start = self.end + ONE_DAY
        if self.counts_in_months:
            return start, add_months(start, self._month_count) - ONE_DAY
        return start, self.end + self.day_count * ONE_DAY


def check_days(
    start: dt.date | None, end: dt.date | None, fields: tuple[str, str] = ("from", "to")
) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that somebody chose. Raises InvalidQuery with one of `fields`."""
    if start is None:
        raise InvalidQuery(fields[0], gettext("Choose the first day of the period."))
    if end is None:
        raise InvalidQuery(fields[1], gettext("Choose the last day of the period."))
    for field, day in zip(fields, (start, end), strict=True):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise InvalidQuery(field, gettext("Choose days between 1970 and 2200."))
    if end < start:
        raise InvalidQuery(fields[1], gettext("The last day lies before the first."))
    if (end - start).days >= MAX_DAYS:
        raise InvalidQuery(fields[1], gettext("A period has ten years at most."))
    return start, end


def _dates(name: PeriodName, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return first and last day of a named period. Raises ValueError for one of minutes or hours."""
    month = today.replace(day=1)
    end_of_month = add_months(month, 1) - ONE_DAY
    match name:
        case PeriodName.TODAY:
            return today, today
        case PeriodName.YESTERDAY:
            return today - ONE_DAY, today - ONE_DAY
        case PeriodName.MONTH:
            return month, end_of_month
        case PeriodName.LAST_MONTH:
            return add_months(month, -1), month - ONE_DAY
        case PeriodName.YEAR:
            return today.replace(month=1, day=1), today.replace(month=12, day=31)
        case PeriodName.LAST_12_MONTHS:
            return add_months(month, -11), end_of_month
        case _ if name in DAYS_OF_NAMES:
            return today - (DAYS_OF_NAMES[name] - 1) * ONE_DAY, today
        case _:
            raise ValueError(f"“{name}” is not a period of whole days.")


def _of_dates(start: dt.date, end: dt.date, today: dt.date) -> Period:
    """Return the period of these days under the name that they have today, if any."""
    for name in NAMES_OF_DATES:
        if _dates(name, today) == (start, end):
            return Period(name, start, end)
    return Period(PeriodName.CUSTOM, start, end)
