"""Parts of time as values of dimensions: from a day or an hour to its text, and words for it."""

from __future__ import annotations

import datetime as dt

from django.utils.dates import WEEKDAYS

from visits.reports import date_words


def hour_of_day(hour: int) -> str:
    """Return 00 to 23."""
    return f"{hour:02}"


def weekday(day: dt.date) -> str:
    """Return 1 for Monday to 7 for Sunday, as ISO 8601 does."""
    return str(day.isoweekday())


def day(day: dt.date) -> str:
    return day.isoformat()


def week(day: dt.date) -> str:
    """Return the Monday of the day's week."""
    return (day - dt.timedelta(day.weekday())).isoformat()


def month(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def hour_label(hour: str) -> str:
    return f"{hour}:00"


def weekday_label(number: str) -> str:
    return str(WEEKDAYS[int(number) - 1])


def day_label(text: str) -> str:
    return date_words.full_day_of_week(dt.date.fromisoformat(text))


def month_label(text: str) -> str:
    return date_words.month(dt.date.fromisoformat(f"{text}-01"))
