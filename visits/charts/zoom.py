"""What a reader needs to open marked days of a series."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from visits.reports.interval import MAX_DAYS_IN_DAYS, Interval
from visits.reports.period import Period

# What opens the days of a single bucket; the days of an hour are one.
SHOW_ONE = {
    Interval.WEEK: gettext_lazy("Show this week"),
    Interval.MONTH: gettext_lazy("Show this month"),
}


@dataclass(frozen=True, slots=True)
class Zoom:
    """What js/series.js needs to open marked days: those of the period, in how much of them it is drawn,
    and up to how many days are shown by the day."""

    first: str
    last: str
    interval: str
    most_days: int
    show_one: str | Promise


def zoom_of(period: Period, interval: Interval) -> Zoom | None:
    """Return what a drawing can be zoomed by; the smallest that can be shown is a day."""
    if period.day_count == 1:
        return None
    return Zoom(
        first=period.start.isoformat(),
        last=period.end.isoformat(),
        interval=interval.value,
        most_days=MAX_DAYS_IN_DAYS,
        show_one=SHOW_ONE.get(interval, gettext_lazy("Show this day")),
    )
