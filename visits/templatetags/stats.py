"""How numbers are written, in the reader's language. Each filter is a plain function; None is a dash."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django import template
from django.utils.formats import get_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from visits.reports.metrics import MICROS, Metric, Revenue, Unit, Value

register = template.Library()

NOTHING = "–"
NO_BREAK_SPACE = "\u00a0"
THOUSAND = 1_000
LARGEST_POWER = 4
DURATION_UNITS = (("hour", 3_600), ("minute", 60), ("second", 1))
SMALLEST_PERCENT = 0.1
ONE_DIGIT_BELOW = 10
# Changes within one per cent are noise.
FLAT_RATE = 0.01
ARROWS = {"up": "↑", "down": "↓", "flat": ""}


@register.filter
def compact(number: float | None) -> str:
    """Return a count as short as can be: 999, 1.2k, 12.4k, 124k, 1.24M; in German 12.431, 124 Tsd."""
    if number is None:
        return NOTHING
    value, power = float(round(number)), 0
    # Rounded first: 999,950 is 1M and not 1000k.
    while abs(round(value, _decimals(value, power))) >= THOUSAND and power < LARGEST_POWER:
        value, power = value / THOUSAND, power + 1
    decimals = _decimals(value, power)
    text = _with_suffix(_short(value, decimals), power)
    # A word for thousands may be longer than the digits that it spares.
    return min(text, exact(number), key=len) if power == 1 and decimals else text


@register.filter
def exact(number: float | None) -> str:
    """Return a whole number with its thousands marked: 12,431."""
    return NOTHING if number is None else _grouped(round(number), 0)


@register.filter
def decimal(number: float | None) -> str:
    """Return a number with one digit behind the point: 2.4."""
    return NOTHING if number is None else _grouped(number, 1)


@register.filter
def percent(rate: float | None) -> str:
    """Return a share of 1 in per cent, one digit behind the point below 10 %: 34 %, 4.2 %."""
    if rate is None:
        return NOTHING
    per_cent = rate * 100
    if 0 < per_cent < SMALLEST_PERCENT:
        return f"<{_per_cent(_grouped(SMALLEST_PERCENT, 1))}"
    return _per_cent(_short(per_cent, 1 if per_cent < ONE_DIGIT_BELOW else 0))


@register.filter
def duration(seconds: float | None) -> str:
    """Return seconds as 42s, 1m 42s or 2h 5m."""
    if seconds is None:
        return NOTHING
    units = _short_units(get_language())
    parts = _duration_parts(seconds)
    return " ".join(units[unit] % {"number": number} for number, unit in parts)


@register.filter
def duration_words(seconds: float | None) -> str:
    """Return seconds as "1 minute 42 seconds", for titles and screen readers."""
    if seconds is None:
        return NOTHING
    return " ".join(UNIT_WORDS[unit](number) for number, unit in _duration_parts(seconds))


def money(revenue: Revenue) -> str:
    """Return amounts with their currencies, the largest first: "1,250.00 EUR + 3.50 USD"."""
    amounts = [
        f"{_grouped(micros / MICROS, 2)}{NO_BREAK_SPACE}{currency}"
        for currency, micros in revenue.amounts
    ]
    return " + ".join(amounts) or NOTHING


@register.filter
def metric_value(value: Value, metric: Metric) -> str:
    """Return a metric's value as short as its unit allows."""
    if isinstance(value, Revenue):
        return money(value)
    match metric.unit:
        case Unit.PERCENT:
            return percent(None if value is None else value / 100)
        case Unit.RATE:
            return percent(value)
        case Unit.SECONDS:
            return duration(value)
        case Unit.RATIO:
            return decimal(value)
        case _:
            return compact(value)


@register.filter
def metric_exact(value: Value, metric: Metric) -> str:
    """Return a metric's value in full."""
    if isinstance(value, Revenue):
        return money(value)
    match metric.unit:
        case Unit.PERCENT:
            return NOTHING if value is None else _per_cent(_grouped(value, 2))
        case Unit.RATE:
            return NOTHING if value is None else _per_cent(_grouped(value * 100, 2))
        case Unit.SECONDS:
            return duration_words(value)
        case Unit.RATIO:
            return NOTHING if value is None else _grouped(value, 2)
        case _:
            return exact(value)


@register.filter
def direction(rate: float | None) -> str:
    """Return where a change goes: "up", "down", or "flat" within one per cent and without a rate."""
    if rate is None or abs(rate) < FLAT_RATE:
        return "flat"
    return "up" if rate > 0 else "down"


@register.filter
def tone(rate: float | None, metric: Metric) -> str:
    """Return what a change means: "good", "bad", or "" when it is flat."""
    heading = direction(rate)
    if heading == "flat":
        return ""
    return "good" if (heading == "up") is not metric.is_better_lower else "bad"


@register.filter
def change_size(rate: float | None) -> str:
    """Return how large a change is, whole per cents without a sign: 8 %."""
    return NOTHING if rate is None else _per_cent(_grouped(round(abs(rate) * 100), 0))


@register.filter
def change(rate: float | None) -> str:
    """Return a change with its arrow: ↑8 %, ↓3 %, and without one when it is flat."""
    return ARROWS[direction(rate)] + change_size(rate)


@register.filter
def change_words(rate: float | None) -> str:
    """Return a change for screen readers: "up 8 %"."""
    size = {"size": change_size(rate)}
    match direction(rate):
        case "up":
            return _("up %(size)s") % size
        case "down":
            return _("down %(size)s") % size
        case _unchanged:
            return size["size"]


def _decimals(value: float, power: int) -> int:
    """Return the digits behind the point: one for thousands, enough for three digits above."""
    if power == 0 or abs(value) >= 100:
        return 0
    return 2 if power > 1 and abs(value) < 10 else 1


def _short(value: float, decimals: int) -> str:
    """Return a number without zeros at its end."""
    text = f"{value:.{decimals}f}"
    return _localized(text.rstrip("0").rstrip(".") if "." in text else text)


def _grouped(value: float, decimals: int) -> str:
    """Return a number in full, its thousands marked as the language does."""
    return _localized(f"{value:,.{decimals}f}")


def _localized(number: str) -> str:
    """Return a number with the signs of the language in place of Python's.

    A report has a thousand numbers, and Django's own function takes twenty times as long for each.
    """
    return number.translate(_signs(get_language()))


@cache
def _signs(language: str | None) -> dict[int, str]:
    """Return what stands for the point and for the comma between thousands."""
    return str.maketrans(
        {".": str(get_format("DECIMAL_SEPARATOR")), ",": str(get_format("THOUSAND_SEPARATOR"))}
    )


def _per_cent(number: str) -> str:
    return f"{number}{NO_BREAK_SPACE}%"


def _with_suffix(number: str, power: int) -> str:
    """Return a number of so many powers of a thousand: 12.4k. Not every language has a letter for each."""
    return _scales(get_language())[power] % {"number": number} if power else number


@cache
def _scales(language: str | None) -> tuple[str, ...]:
    return (
        "%(number)s",
        pgettext("thousands, as short as can be", "%(number)sk"),
        pgettext("millions, as short as can be", "%(number)sM"),
        pgettext("thousand millions, as short as can be", "%(number)sB"),
        pgettext("million millions, as short as can be", "%(number)sT"),
    )


@cache
def _short_units(language: str | None) -> dict[str, str]:
    return {
        "hour": pgettext("hours", "%(number)sh"),
        "minute": pgettext("minutes", "%(number)sm"),
        "second": pgettext("seconds", "%(number)ss"),
    }


UNIT_WORDS: dict[str, Callable[[int], str]] = {
    "hour": lambda number: (
        ngettext("%(number)s hour", "%(number)s hours", number) % {"number": number}
    ),
    "minute": lambda number: (
        ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    ),
    "second": lambda number: (
        ngettext("%(number)s second", "%(number)s seconds", number) % {"number": number}
    ),
}


def _duration_parts(seconds: float) -> list[tuple[int, str]]:
    """Return the two largest units of a duration, such as 2 hours and 5 minutes."""
    rest = round(seconds)
    parts = []
    for unit, size in DURATION_UNITS:
        number, rest = divmod(rest, size)
        parts.append((number, unit))
    while parts[0][0] == 0 and len(parts) > 1:
        parts.pop(0)
    return parts[:1] + [part for part in parts[1:2] if part[0]]
