"""Periods: the days that a report speaks of, always days of the site's own time zone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.db.models import TextChoices

from visits.reports.exceptions import InvalidQuery

ONE_DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(1970, 1, 1)
LAST_DAY = dt.date(2200, 12, 31)
MAX_DAYS = 3_653  # ten years with three leap days
MAX_DAYS_IN_DAYS = 92  # a quarter of a year by the day fits a chart; more is shown by the month
DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PeriodName(TextChoices):
    TODAY = "today", "Today"
    YESTERDAY = "yesterday", "Yesterday"
    LAST_7_DAYS = "7d", "Last 7 days"
    LAST_28_DAYS = "28d", "Last 28 days"
    MONTH = "month", "This month"
    LAST_12_MONTHS = "12mo", "Last 12 months"
    CUSTOM = "custom", "Custom"


DEFAULT_NAME = PeriodName.LAST_28_DAYS
# Months before days: on 28 February both name the same days, and the reader thinks of the month.
NAMES_OF_DATES = (
    PeriodName.MONTH,
    PeriodName.LAST_12_MONTHS,
    PeriodName.TODAY,
    PeriodName.YESTERDAY,
    PeriodName.LAST_7_DAYS,
    PeriodName.LAST_28_DAYS,
)


class Interval(StrEnum):
    """The size of the buckets of a series."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included. Raises InvalidQuery when it ends before it begins."""

    name: PeriodName
    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidQuery("to", "The last day lies before the first.")

    @classmethod
    def of(
        cls, name: str, today: dt.date, start: dt.date | None = None, end: dt.date | None = None
    ) -> Self:
        """Return the period of a name, as seen from the site's `today`; `custom` takes start and end.

        The running month and the last twelve months reach to the end of the month. Raises InvalidQuery.
        """
        if name not in PeriodName.values:
            choices = ", ".join(PeriodName.values)
            raise InvalidQuery("period", f"“{name}” is not a period. Choose one of {choices}.")
        if name == PeriodName.CUSTOM:
            return cls.custom(start, end)
        return cls(PeriodName(name), *_dates(PeriodName(name), today))

    @classmethod
    def custom(cls, start: dt.date | None, end: dt.date | None) -> Self:
        """Return a period chosen by its days. Raises InvalidQuery beyond 1970 to 2200 and ten years."""
        if start is None:
            raise InvalidQuery("from", "Choose the first day of the period.")
        if end is None:
            raise InvalidQuery("to", "Choose the last day of the period.")
        for field, day in (("from", start), ("to", end)):
            if not FIRST_DAY <= day <= LAST_DAY:
                raise InvalidQuery(field, "Choose days between 1970 and 2200.")
        if (end - start).days >= MAX_DAYS:
            raise InvalidQuery("to", "A period has ten years at most.")
        return cls(PeriodName.CUSTOM, start, end)

    @property
    def day_count(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def interval(self) -> Interval:
        if self.day_count == 1:
            return Interval.HOUR
        return Interval.DAY if self.day_count <= MAX_DAYS_IN_DAYS else Interval.MONTH

    @property
    def label(self) -> str:
        return self.dates_label if self.name == PeriodName.CUSTOM else str(self.name.label)

    @property
    def dates_label(self) -> str:
        """Return the days in words, as short as they can be said."""
        if self._is_whole_months:
            return _join_ends(f"{self.start:%b %Y}", f"{self.end:%b %Y}")
        last = f"{self.end.day} {self.end:%b %Y}"
        if self.start == self.end:
            return last
        if self.start.year == self.end.year:
            return _join_ends(f"{self.start.day} {self.start:%b}", last)
        return _join_ends(f"{self.start.day} {self.start:%b %Y}", last)

    def days(self) -> Iterator[dt.date]:
        return (self.start + number * ONE_DAY for number in range(self.day_count))

    def previous(self, today: dt.date) -> Period:
        """Return what the period compares with: the same length directly before, months with months.

        While the period runs, only as many days of the one before as have begun: on 10 March, the
        month compares 1 to 10 March with 1 to 10 February; on 30 March with the whole of February.
        """
        start, end = self._before()
        if self.start <= today < self.end:
            end = min(end, start + (today - self.start))
        return Period(PeriodName.CUSTOM, start, end)

    def earlier(self, today: dt.date) -> Period | None:
        """Return the period one step back, None where time begins: what a link leads to."""
        start, end = self._before()
        return None if start < FIRST_DAY else _of_dates(start, end, today)

    def later(self, today: dt.date) -> Period | None:
        """Return the period one step ahead, None when it would begin in the future."""
        start, end = self._after()
        return None if start > today else _of_dates(start, end, today)

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
    def _is_whole_months(self) -> bool:
        return self.start.day == 1 and (self.end + ONE_DAY).day == 1

    @property
    def _steps_by_months(self) -> bool:
        is_counted_in_days = self.name in (PeriodName.LAST_7_DAYS, PeriodName.LAST_28_DAYS)
        return self._is_whole_months and not is_counted_in_days

    @property
    def _month_count(self) -> int:
        years = self.end.year - self.start.year
        return years * 12 + self.end.month - self.start.month + 1

    def _before(self) -> tuple[dt.date, dt.date]:
        if self._steps_by_months:
            return add_months(self.start, -self._month_count), self.start - ONE_DAY
        return self.start - self.day_count * ONE_DAY, self.start - ONE_DAY

    def _after(self) -> tuple[dt.date, dt.date]:
        start = self.end + ONE_DAY
        if self._steps_by_months:
            return start, add_months(start, self._month_count) - ONE_DAY
        return start, self.end + self.day_count * ONE_DAY


def parse_period(params: Mapping[str, str], today: dt.date) -> Period:
    """Return the period of the parameters `period`, `from` and `to`; the last 28 days without them.

    `today` is the site's. `from` and `to` alone make a custom period; beside another name they are
    ignored, because a form sends all of its fields. Raises InvalidQuery with the parameter at fault.
    """
    start_text, end_text = params.get("from", "").strip(), params.get("to", "").strip()
    has_dates = bool(start_text or end_text)
    name = params.get("period", "").strip() or (PeriodName.CUSTOM if has_dates else DEFAULT_NAME)
    if name != PeriodName.CUSTOM:
        return Period.of(name, today)
    return Period.custom(_parse_date("from", start_text), _parse_date("to", end_text))


def add_months(first_of_month: dt.date, months: int) -> dt.date:
    """Return the first day of the month that many months later, or earlier when negative."""
    year, month = divmod(first_of_month.year * 12 + first_of_month.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def _dates(name: PeriodName, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return first and last day of a named period."""
    month = today.replace(day=1)
    end_of_month = add_months(month, 1) - ONE_DAY
    match name:
        case PeriodName.TODAY:
            return today, today
        case PeriodName.YESTERDAY:
            return today - ONE_DAY, today - ONE_DAY
        case PeriodName.LAST_7_DAYS:
            return today - 6 * ONE_DAY, today
        case PeriodName.LAST_28_DAYS:
            return today - 27 * ONE_DAY, today
        case PeriodName.MONTH:
            return month, end_of_month
        case _:
            return add_months(month, -11), end_of_month


def _of_dates(start: dt.date, end: dt.date, today: dt.date) -> Period:
    """Return the period of these days under the name that they have today, if any."""
    for name in NAMES_OF_DATES:
        if _dates(name, today) == (start, end):
            return Period(name, start, end)
    return Period(PeriodName.CUSTOM, start, end)


def _parse_date(field: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        # The library would read week dates too, which nobody means.
        day = dt.date.fromisoformat(text) if DATE_PATTERN.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidQuery(field, f"“{text[:40]}” is not a day. Write it as 2026-01-31.")
    return day


def _join_ends(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"
