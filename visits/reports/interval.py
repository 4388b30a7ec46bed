"""Intervals: how long the buckets of a series are, and which suit how many days."""

from __future__ import annotations

from enum import StrEnum

# A series has about 1,500 buckets at most: the minutes of a day of 25 hours.
MAX_DAYS_BY_MINUTE = 1
MAX_DAYS_BY_HOUR = 31
MAX_DAYS_BY_DAY = 1_096  # three years
# An interval is not longer than its period.
MIN_DAYS_BY_WEEK = 7
MIN_DAYS_BY_MONTH = 28
# A quarter of a year by the day fits a chart; more is shown by the month.
MAX_DAYS_IN_DAYS = 92


class Interval(StrEnum):
    """The size of the buckets of a series. Weeks begin on Monday."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def intervals_of_days(day_count: int) -> tuple[Interval, ...]:
    """Return the intervals in which so many whole days can be shown, the smallest first."""
    suits = {
        Interval.MINUTE: day_count <= MAX_DAYS_BY_MINUTE,
        Interval.HOUR: day_count <= MAX_DAYS_BY_HOUR,
        Interval.DAY: day_count <= MAX_DAYS_BY_DAY,
        Interval.WEEK: day_count >= MIN_DAYS_BY_WEEK,
        Interval.MONTH: day_count >= MIN_DAYS_BY_MONTH,
    }
    return tuple(interval for interval, is_suitable in suits.items() if is_suitable)


def default_interval(day_count: int) -> Interval:
    """Return the interval in which so many whole days are shown unless another is chosen."""
    if day_count == 1:
        return Interval.HOUR
    return Interval.DAY if day_count <= MAX_DAYS_IN_DAYS else Interval.MONTH
