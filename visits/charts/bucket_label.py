"""What a bucket of a series is called in its read-out and in the table."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from visits.reports import date_words as words
from visits.reports.days import ONE_DAY
from visits.reports.interval import Interval
from visits.reports.results import Bucket

# A month by the hour, and what it is set beside.
DAYS_REMEMBERED = 64
LANGUAGES_REMEMBERED = 8
ONE_SECOND = dt.timedelta(seconds=1)
# What the dotted end of a line stands for: it still runs, or the period cuts it.
RUNNING = {
    Interval.MINUTE: gettext_lazy("This minute so far"),
    Interval.HOUR: gettext_lazy("This hour so far"),
    Interval.DAY: gettext_lazy("Today so far"),
    Interval.WEEK: gettext_lazy("This week so far"),
    Interval.MONTH: gettext_lazy("This month so far"),
}
CUT = {
    Interval.MINUTE: gettext_lazy("A part of the minute"),
    Interval.HOUR: gettext_lazy("A part of the hour"),
    Interval.DAY: gettext_lazy("A part of the day"),
    Interval.WEEK: gettext_lazy("A part of the week"),
    Interval.MONTH: gettext_lazy("A part of the month"),
}
# The same behind the name of a bucket.
PARTS = {
    Interval.MINUTE: gettext_lazy("a part of the minute"),
    Interval.HOUR: gettext_lazy("a part of the hour"),
    Interval.DAY: gettext_lazy("a part of the day"),
    Interval.WEEK: gettext_lazy("a part of the week"),
    Interval.MONTH: gettext_lazy("a part of the month"),
}


def first_day(bucket: Bucket) -> dt.date:
    return bucket.start.date()


def last_day(bucket: Bucket) -> dt.date:
    """Return the day of a bucket's last instant; counted in UTC, as a day may begin at one o'clock."""
    if bucket.end.date() == first_day(bucket):
        return first_day(bucket)
    last = bucket.end.astimezone(dt.UTC) - ONE_SECOND
    return max(last.astimezone(bucket.end.tzinfo).date(), first_day(bucket))


def label(bucket: Bucket, interval: Interval, *, has_year: bool = False) -> str:
    """Return the name of a bucket: “Wed 28 Oct”, “Wed 28 Oct, 14:00”, “26 Oct – 1 Nov”, “October 2026”."""
    day = first_day(bucket)
    named = words.full_day_of_week(day) if has_year else words.day_of_week(day)
    match interval:
        case Interval.MINUTE | Interval.HOUR:
            return _day_and_time(get_language()) % {"day": named, "time": _clock(bucket.start)}
        case Interval.DAY:
            return named
        case Interval.WEEK:
            last = last_day(bucket)
            end = words.full_day(last) if has_year else words.day_in_year(last)
            return words.span(words.day_in_year(day), end) if day != last else named
        case _:
            return words.long_month(day)


def partial_note(bucket: Bucket, interval: Interval, now: dt.datetime) -> str:
    """Return what stands behind the name of a bucket that is not whole, empty for one that is."""
    if not bucket.is_partial:
        return ""
    return _("so far") if is_running(bucket, now) else str(PARTS[interval])


def partial_words(bucket: Bucket, interval: Interval, now: dt.datetime) -> str:
    """Return why a bucket is not a whole one, for the legend."""
    return str((RUNNING if is_running(bucket, now) else CUT)[interval])


def is_running(bucket: Bucket, now: dt.datetime) -> bool:
    return bucket.start <= now < bucket.end


@lru_cache(maxsize=LANGUAGES_REMEMBERED)
def _day_and_time(_language: str | None) -> str:
    return _("%(day)s, %(time)s")


def _clock(at: dt.datetime) -> str:
    """Return the time of day; of an hour that comes twice, with the name of its offset."""
    if not _has_change(at.date(), at.tzinfo):
        return words.clock(at)
    is_twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    return f"{words.clock(at)} {at.tzname()}" if is_twice else words.clock(at)


@lru_cache(maxsize=DAYS_REMEMBERED)
def _has_change(day: dt.date, zone: dt.tzinfo | None) -> bool:
    """Tell whether clocks change on a day: few minutes of a year need to be asked."""
    start, end = (dt.datetime.combine(each, dt.time(), zone) for each in (day, day + ONE_DAY))
    return start.utcoffset() != end.utcoffset()
