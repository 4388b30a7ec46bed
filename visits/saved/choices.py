"""What a report can be made of, by the registries: for the forms that make one."""

from __future__ import annotations

from visits.models import Operator
from visits.reports.comparison import ComparisonName
from visits.reports.dimensions import DIMENSIONS, SITE
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import split_dimension
from visits.reports.filters import GOAL, PROPERTY, filterable_names
from visits.reports.metrics import METRICS
from visits.reports.period import PeriodName
from visits.saved.refused import REASON, REFUSED

Choice = tuple[str, str]
Group = tuple[str, list[Choice]]
# Of this minute alone.
NOT_STORED = frozenset(("current_visitors",))


def metric_choices() -> list[Choice]:
    metrics = [metric for name, metric in METRICS.items() if name not in NOT_STORED]
    return [(metric.name, str(metric.label)) for metric in (*metrics, REFUSED)]


def dimension_choices() -> list[Choice]:
    """Return by what a report can be split; the empty one is for totals."""
    dimensions = (SITE, *DIMENSIONS.values(), REASON)
    return [("", "—"), *((dimension.name, str(dimension.label)) for dimension in dimensions)]


def dimension_words(stored: str) -> str:
    """Return the label of a stored dimension, with its key if it has one."""
    try:
        name, key = split_dimension(stored)
    except InvalidQuery:
        return stored
    label = dict(dimension_choices()).get(name, name)
    return f"{label}: {key}" if key else label


def filter_choices() -> list[Choice]:
    names = [name for name in filterable_names() if name not in (GOAL, PROPERTY)]
    labels = {GOAL: "Goal", PROPERTY: "Event property"}
    known = [(name, str(DIMENSIONS[name].label)) for name in names]
    return [("", "—"), *known, *labels.items()]


def operator_choices() -> list[Choice]:
    return [(operator.value, str(operator.label)) for operator in Operator]


def period_choices() -> list[Choice]:
    return [(name.value, str(name.label)) for name in PeriodName if name is not PeriodName.LIVE]


def comparison_choices() -> list[Choice]:
    names = (ComparisonName.PREVIOUS, ComparisonName.YEAR)
    return [("", "No comparison"), *((name.value, str(name.label)) for name in names)]


def sort_choices() -> list[Choice | Group]:
    """Return the orders: by the report's main metric, by change, by name, by any metric."""
    metrics = metric_choices()
    return [
        ("", "Main metric, largest first"),
        (
            "By change of the main metric",
            [
                ("-difference", "Gained most"),
                ("difference", "Lost most"),
                ("-change", "Grown most, in per cent"),
                ("change", "Fallen most, in per cent"),
            ],
        ),
        ("By name", [("name", "First to last"), ("-name", "Last to first")]),
        ("Largest first", [(f"-{name}", label) for name, label in metrics]),
        ("Smallest first", metrics),
    ]
