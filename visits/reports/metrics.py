"""What we count: the registry of metrics, and the allow-list for their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import total_ordering
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visits.reports.exceptions import InvalidQuery

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MICROS = 1_000_000


@total_ordering
@dataclass(frozen=True, slots=True)
class Revenue:
    """Millionths of a unit by currency, the largest first. Compared and divided by the largest alone."""

    amounts: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, micros: Mapping[str, int]) -> Revenue:
        return cls(tuple(sorted(micros.items(), key=lambda item: (-item[1], item[0]))))

    def __add__(self, other: Revenue) -> Revenue:
        micros = dict(self.amounts)
        for currency, amount in other.amounts:
            micros[currency] = micros.get(currency, 0) + amount
        return Revenue.of(micros)

    @property
    def largest_micros(self) -> int:
        return self.amounts[0][1] if self.amounts else 0

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Revenue):
            return NotImplemented
        return self.largest_micros < other.largest_micros


Value = int | float | Revenue | None
# What is added up: numbers by what they are of.
Sum = int | Revenue
NamedSum = dict[str, Sum]


def number(value: Value) -> float:
    """Return a value as a number to draw and to divide: 0 for none, of revenue the largest amount."""
    if isinstance(value, Revenue):
        return value.largest_micros / MICROS
    return value or 0


def add_sums(one: Sum, other: Sum) -> Sum:
    """Return both together; they must be of one kind."""
    if isinstance(one, Revenue) and isinstance(other, Revenue):
        return one + other
    return cast(int, one) + cast(int, other)


class Unit(StrEnum):
    COUNT = "count"
    RATIO = "ratio"  # a decimal number, such as 2.4 pages
    RATE = "rate"  # a share from 0 to 1
    SECONDS = "seconds"
    PERCENT = "percent"  # a number from 0 to 100
    MONEY = "money"  # amounts by currency


@dataclass(frozen=True, slots=True)
class Metric:
    """A number made of sums over facts: `total`, or `total` divided by `divided_by`."""

    name: str
    label: StrOrPromise
    unit: Unit
    description: StrOrPromise
    total: str
    divided_by: str | None = None
    is_better_lower: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the sums that the metric is made of."""
        return (self.total,) if self.divided_by is None else (self.total, self.divided_by)

    @property
    def nothing(self) -> Value:
        """Return the value of what did not occur."""
        if self.unit is Unit.MONEY:
            return Revenue()
        return 0 if self.divided_by is None else None

    def value(self, sums: Mapping[str, Sum]) -> Value:
        """Return the metric's value, None when it is divided by nothing."""
        total = sums[self.total]
        if self.divided_by is None or isinstance(total, Revenue):
            return total
        divisor = sums[self.divided_by]
        return total / divisor if isinstance(divisor, int) and divisor else None


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "visitors",
            _("Visitors"),
            Unit.COUNT,
            _("Different people per day; over several days, the sum of the days."),
            total="visitors",
        ),
        Metric(
            "visits",
            _("Visits"),
            Unit.COUNT,
            _("Series of hits of one visitor with pauses under 30 minutes."),
            total="visits",
        ),
        Metric("pageviews", _("Pageviews"), Unit.COUNT, _("Pages seen."), total="pageviews"),
        Metric("events", _("Events"), Unit.COUNT, _("Named things that happened."), total="events"),
        Metric(
            "views_per_visit",
            _("Views per visit"),
            Unit.RATIO,
            _("Pageviews divided by visits."),
            total="views_of_visits",
            divided_by="visits",
        ),
        Metric(
            "bounce_rate",
            _("Bounce rate"),
            Unit.RATE,
            _("Share of visits with one pageview at most and no interactive event."),
            total="bounces",
            divided_by="visits",
            is_better_lower=True,
        ),
        Metric(
            "visit_duration",
            _("Visit duration"),
            Unit.SECONDS,
            _("Mean time from the first to the last sign of a visit, zeros included."),
            total="duration_seconds",
            divided_by="visits",
        ),
        Metric(
            "time_on_page",
            _("Time on page"),
            Unit.SECONDS,
            _("Mean time for which a page was visible and in focus, of the views that told."),
            total="engaged_seconds",
            divided_by="engaged_views",
        ),
        Metric(
            "scroll_depth",
            _("Scroll depth"),
            Unit.PERCENT,
            _("How far down a page was seen, on average of the views that told."),
            total="scroll_percent",
            divided_by="scrolled_views",
        ),
        Metric(
            "entries",
            _("Entries"),
            Unit.COUNT,
            _("Visits that began on the page."),
            total="entries",
        ),
        Metric("exits", _("Exits"), Unit.COUNT, _("Visits that ended on the page."), total="exits"),
        Metric(
            "exit_rate",
            _("Exit rate"),
            Unit.RATE,
            _("Exits divided by pageviews."),
            total="exits",
            divided_by="pageviews",
            is_better_lower=True,
        ),
        Metric(
            "conversions",
            _("Conversions"),
            Unit.COUNT,
            _("How often the goal was met."),
            total="conversions",
        ),
        Metric(
            "conversion_rate",
            _("Conversion rate"),
            Unit.RATE,
            _("Visitors who met the goal, of all visitors of the same filters."),
            total="visitors",
            divided_by="all_visitors",
        ),
        Metric(
            "revenue",
            _("Revenue"),
            Unit.MONEY,
            _("What events earned, by currency."),
            total="revenue",
        ),
        Metric(
            "percentage",
            _("Share"),
            Unit.RATE,
            _("The visitors of a value as a share of all visitors."),
            total="visitors",
            divided_by="total_visitors",
        ),
        Metric(
            "current_visitors",
            _("Current visitors"),
            Unit.COUNT,
            _("Different visitors of the last five minutes."),
            total="current_visitors",
        ),
    )
}

# Of a page, the visits that began there are meant: a visit bounces where it begins.
OF_PAGES: Mapping[str, Metric] = {
    "bounce_rate": replace(
        METRICS["bounce_rate"],
        description=_("Share of the visits that began on the page and bounced."),
        total="entry_bounces",
        divided_by="entries",
    )
}


# What a period has by itself, without pages or values to be split by.
OF_TOTALS = (
    "visitors",
    "visits",
    "pageviews",
    "events",
    "views_per_visit",
    "bounce_rate",
    "visit_duration",
    "time_on_page",
    "scroll_depth",
    "conversions",
    "conversion_rate",
    "revenue",
)


def metrics_of_totals(names: Iterable[str], *more: str) -> tuple[Metric, ...]:
    """Return the metrics of a period, and `more` of them, in their order. Raises InvalidQuery."""
    metrics = get_metrics(names)
    for metric in metrics:
        if metric.name not in (*OF_TOTALS, *more):
            choices = ", ".join((*OF_TOTALS, *more))
            sentence = gettext("%(label)s needs a breakdown. Choose of %(choices)s.") % {
                "label": metric.label,
                "choices": choices,
            }
            raise InvalidQuery("metrics", sentence)
    return metrics


def get_metric(name: str) -> Metric:
    """Return the metric of a name that a person may have typed. Raises InvalidQuery."""
    if name not in METRICS:
        shown, choices = name[:40], ", ".join(METRICS)
        raise InvalidQuery(
            "metrics",
            gettext("“%(shown)s” is not a metric. Choose of %(choices)s.")
            % {"shown": shown, "choices": choices},
        )
    return METRICS[name]


def get_metrics(names: Iterable[str]) -> tuple[Metric, ...]:
    """Return the metrics of these names in their order. Raises InvalidQuery."""
    return tuple(get_metric(name) for name in names)


def columns_of(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Return the sums that the metrics are made of, each once."""
    return tuple(dict.fromkeys(column for metric in metrics for column in metric.columns))
