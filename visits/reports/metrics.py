"""What we count: the registry of metrics, and the allow-list for their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from visits.reports.exceptions import InvalidQuery

Value = int | float | None


class Unit(StrEnum):
    COUNT = "count"
    RATIO = "ratio"  # a decimal number, such as 2.4 pages
    RATE = "rate"  # a share from 0 to 1
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Metric:
    """A number made of sums over facts: `total`, or `total` divided by `divided_by`."""

    name: str
    label: str
    unit: Unit
    description: str
    total: str
    divided_by: str | None = None
    is_better_lower: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the sums that the metric is made of."""
        return (self.total,) if self.divided_by is None else (self.total, self.divided_by)

    def value(self, sums: Mapping[str, int]) -> Value:
        """Return the metric's value, None when it is divided by nothing."""
        if self.divided_by is None:
            return sums[self.total]
        divisor = sums[self.divided_by]
        return sums[self.total] / divisor if divisor else None


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "visitors",
            "Visitors",
            Unit.COUNT,
            "Different people per day; over several days, the sum of the days.",
            total="visitors",
        ),
        Metric(
            "visits",
            "Visits",
            Unit.COUNT,
            "Series of hits of one visitor with pauses under 30 minutes.",
            total="visits",
        ),
        Metric("pageviews", "Pageviews", Unit.COUNT, "Pages seen.", total="pageviews"),
        Metric("events", "Events", Unit.COUNT, "Named things that happened.", total="events"),
        Metric(
            "views_per_visit",
            "Views per visit",
            Unit.RATIO,
            "Pageviews divided by visits.",
            total="pageviews",
            divided_by="visits",
        ),
        Metric(
            "bounce_rate",
            "Bounce rate",
            Unit.RATE,
            "Share of visits with one pageview at most and no interactive event.",
            total="bounces",
            divided_by="visits",
            is_better_lower=True,
        ),
        Metric(
            "visit_duration",
            "Visit duration",
            Unit.SECONDS,
            "Mean time from the first to the last sign of a visit, zeros included.",
            total="duration_seconds",
            divided_by="visits",
        ),
    )
}


def get_metric(name: str) -> Metric:
    """Return the metric of a name that a person may have typed. Raises InvalidQuery."""
    if name not in METRICS:
        raise InvalidQuery("metrics", f"“{name}” is not a metric. Choose of {', '.join(METRICS)}.")
    return METRICS[name]


def get_metrics(names: Iterable[str]) -> tuple[Metric, ...]:
    """Return the metrics of these names in their order. Raises InvalidQuery."""
    return tuple(get_metric(name) for name in names)


def columns_of(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Return the sums that the metrics are made of, each once."""
    return tuple(dict.fromkeys(column for metric in metrics for column in metric.columns))
