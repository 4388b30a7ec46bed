"""Days and times as people write them in their language: 28 Oct 2026, 28. Okt. 2026.

The formats are words of the catalogues, in the letters of Django's `date` filter. Machines get ISO dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache, wraps

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

# A year by the day, set beside the year before, names 732 days; some years in some languages.
DAYS_REMEMBERED = 8_192

Words = Callable[[dt.date], str]


def _remembered(write: Words) -> Words:
    """Return the words of a day from memory: finding the names of day and month takes Django a while."""

    @lru_cache(maxsize=DAYS_REMEMBERED)
    def known(day: dt.date, language: str | None) -> str:
        return write(day)

    @wraps(write)
    def words(day: dt.date) -> str:
        return known(day, get_language())

    return words


@_remembered
def day_in_year(day: dt.date) -> str:
    """Return a day without its year: 28 Oct."""
    return date_format(day, pgettext("format of a date, as 28 Oct", "j M"))


@_remembered
def full_day(day: dt.date) -> str:
    """Return a day: 28 Oct 2026."""
    return date_format(day, pgettext("format of a date, as 28 Oct 2026", "j M Y"))


@_remembered
def day_of_week(day: dt.date) -> str:
    """Return a day with its weekday: Wed 28 Oct."""
    return date_format(day, pgettext("format of a date, as Wed 28 Oct", "D j M"))


@_remembered
def full_day_of_week(day: dt.date) -> str:
    """Return a day with its weekday: Wed 28 Oct 2026."""
    return date_format(day, pgettext("format of a date, as Wed 28 Oct 2026", "D j M Y"))


@_remembered
def long_day(day: dt.date) -> str:
    """Return a day of some year with the whole name of its weekday: Wednesday, 28 Oct."""
    return date_format(day, pgettext("format of a date, as Wednesday, 28 Oct", "l, j M"))


@_remembered
def month_in_year(day: dt.date) -> str:
    """Return a month without its year: Oct."""
    return date_format(day, pgettext("format of a date, as Oct", "M"))


@_remembered
def month(day: dt.date) -> str:
    """Return a month: Oct 2026."""
    return date_format(day, pgettext("format of a date, as Oct 2026", "M Y"))


@_remembered
def long_month(day: dt.date) -> str:
    """Return a month with its whole name: October 2026."""
    return date_format(day, pgettext("format of a date, as October 2026", "F Y"))


def clock(instant: dt.datetime | dt.time) -> str:
    """Return the time of day: 14:05."""
    return f"{instant.hour:02}:{instant.minute:02}"


def instant(at: dt.datetime) -> str:
    """Return a minute of the zone that `at` is in: 28 Oct 2026, 14:05."""
    return _("%(day)s, %(time)s") % {"day": full_day(at.date()), "time": clock(at)}


def span(first: str, last: str) -> str:
    """Return two ends in words as one, or the end alone when they are the same: 28 Oct – 24 Nov 2026."""
    return first if first == last else f"{first} – {last}"
