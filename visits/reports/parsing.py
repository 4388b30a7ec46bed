"""From parameters to period, comparison and interval: one parser for addresses, the API and segments.

Fields that the others make useless are ignored, because a form sends all of its fields.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.interval import Interval
from visits.reports.period import DEFAULT_NAME, Period, PeriodName

DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ON = ("1", "true", "on", "yes")
OFF = ("", "0", "false", "off", "no")
# Nobody types more; the rest of a longer text is not repeated.
SHOWN_CHARACTERS = 40

PERIOD_FIELDS = ("period", "from", "to")
COMPARISON_FIELDS = ("compare", "match_weekdays", "compare_from", "compare_to")
INTERVAL_FIELD = "interval"


def parse_period(
    params: Mapping[str, str],
    now: dt.datetime,
    zone: ZoneInfo,
    first_day: Callable[[], dt.date] | None = None,
) -> Period:
    """Return the period of the parameters `period`, `from` and `to`; the last 28 days without them.

    `now` is aware, `zone` the site's; `first_day` is called for the period `all` only. `from` and `to`
    alone make a custom period; beside another name they are ignored. Raises InvalidQuery with the
    parameter at fault.
    """
    start, end = _text(params, "from"), _text(params, "to")
    name = _text(params, "period") or (PeriodName.CUSTOM if start or end else DEFAULT_NAME)
    if name == PeriodName.CUSTOM:
        return Period.custom(_parse_date("from", start), _parse_date("to", end))
    is_all = name == PeriodName.ALL
    return Period.named(name, now, zone, first_day() if is_all and first_day else None)


def parse_comparison(
    params: Mapping[str, str], default: ComparisonName = ComparisonName.NONE
) -> Comparison:
    """Return the comparison of the parameters `compare`, `match_weekdays`, `compare_from`, `compare_to`.

    The days alone make a custom one; beside another name they are ignored. Without a name and days it is
    the default. Raises InvalidQuery with the parameter at fault.
    """
    start, end = _text(params, "compare_from"), _text(params, "compare_to")
    name = _text(params, "compare") or (ComparisonName.CUSTOM if start or end else default)
    if name not in ComparisonName.values:
        raise InvalidQuery(
            "compare",
            _unknown(
                _("“%(text)s” is not a comparison. Choose one of %(choices)s."),
                name,
                ComparisonName.values,
            ),
        )
    if name == ComparisonName.CUSTOM:
        return Comparison.custom(_parse_date("compare_from", start), _parse_date("compare_to", end))
    matches = parse_switch(params, "match_weekdays") and name != ComparisonName.NONE
    return Comparison(ComparisonName(name), matches)


def parse_interval(params: Mapping[str, str], period: Period) -> Interval:
    """Return the interval of the parameter `interval`, the period's own without it.

    Raises InvalidQuery, also for an interval that does not suit the period.
    """
    text = _text(params, INTERVAL_FIELD)
    if not text:
        return period.interval
    known = [interval.value for interval in Interval]
    if text not in known:
        raise InvalidQuery(
            INTERVAL_FIELD,
            _unknown(_("“%(text)s” is not an interval. Choose one of %(choices)s."), text, known),
        )
    if text not in period.allowed_intervals:
        choices = ", ".join(period.allowed_intervals)
        sentence = _("This period cannot be shown by the %(text)s. Choose one of %(choices)s.") % {
            "text": text,
            "choices": choices,
        }
        raise InvalidQuery(INTERVAL_FIELD, sentence)
    return Interval(text)


def parse_switch(params: Mapping[str, str], field: str) -> bool:
    """Return whether a parameter is switched on; without it, it is not. Raises InvalidQuery."""
    text = _text(params, field).lower()
    if text not in (*ON, *OFF):
        raise InvalidQuery(
            field, _("“%(text)s” is neither 1 nor 0.") % {"text": text[:SHOWN_CHARACTERS]}
        )
    return text in ON


def _text(params: Mapping[str, str], field: str) -> str:
    return params.get(field, "").strip()


def _parse_date(field: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        # The library would read week dates too, which nobody means.
        day = dt.date.fromisoformat(text) if DATE_PATTERN.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        sentence = _("“%(text)s” is not a day. Write it as 2026-01-31.") % {
            "text": text[:SHOWN_CHARACTERS]
        }
        raise InvalidQuery(field, sentence)
    return day


def _unknown(sentence: str, text: str, choices: list[str]) -> str:
    return sentence % {"text": text[:SHOWN_CHARACTERS], "choices": ", ".join(choices)}
