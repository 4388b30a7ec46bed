"""The columns of the details of a dimension: which numbers fit it, and heads that put the rows in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from visits.dashboard.choice import Choice
from visits.dashboard.details.listing import Listing
from visits.reports.breakdown import BY_NAME
from visits.reports.dimensions import Dimension
from visits.reports.filters import GOAL, Filter
from visits.reports.metrics import Metric
from visits.reports.scan import Fact

REVENUE = "revenue"
OF_VISITS = ("visitors", "percentage", "visits", "pageviews", "bounce_rate", "visit_duration")
OF_CONVERSIONS = ("conversion_rate", "conversions")
OF_PAGE = (
    "visitors",
    "percentage",
    "pageviews",
    "entries",
    "bounce_rate",
    "exits",
    "exit_rate",
    "time_on_page",
    "scroll_depth",
)
OF_TITLE = ("visitors", "percentage", "pageviews", "time_on_page", "scroll_depth")
OF_EVENT = ("events", "visitors", "percentage", REVENUE)
OF_GOAL = ("visitors", "conversion_rate", "conversions", REVENUE)
# What `aria-sort` calls the two orders.
UP, DOWN = "ascending", "descending"


@dataclass(frozen=True, slots=True)
class Column:
    """`order` is how the rows are put in order by it, empty where another column decides; `url` leads to the
    rows in its order, or in the other one."""

    label: str
    title: str
    order: str
    url: str


def metrics_of(dimension: Dimension, filters: Iterable[Filter]) -> tuple[str, ...]:
    """Return the names of the metrics that fit a dimension; by the first one its rows are in order.

    Conversions are counted once the reader filters by a goal: what a shared link is limited to is not
    the reader's business.
    """
    if dimension.name == GOAL:
        return OF_GOAL
    if dimension.fact is Fact.EVENT:
        return OF_EVENT
    if dimension.fact is Fact.PAGEVIEW:
        return OF_TITLE if dimension.name == "title" else OF_PAGE
    has_goal = any(condition.dimension == GOAL for condition in filters)
    return (*OF_VISITS, *OF_CONVERSIONS) if has_goal else OF_VISITS


def name_column(choice: Choice, listing: Listing, dimension: Dimension) -> Column:
    """Return the column of the values; the first click puts them in the order of the alphabet."""
    order = {BY_NAME: UP, f"-{BY_NAME}": DOWN}.get(listing.sort, "")
    sort = f"-{BY_NAME}" if order == UP else BY_NAME
    url = sort_url(choice, listing, sort)
    return Column(str(dimension.label), str(dimension.description), order, url)


def metric_columns(
    choice: Choice, listing: Listing, metrics: Sequence[Metric]
) -> tuple[Column, ...]:
    """Return the columns of the numbers; the first click shows the largest."""
    sorted_by = listing.sort or f"-{metrics[0].name}"
    return tuple(_metric_column(choice, listing, metric, sorted_by) for metric in metrics)


def _metric_column(choice: Choice, listing: Listing, metric: Metric, sorted_by: str) -> Column:
    order = {metric.name: UP, f"-{metric.name}": DOWN}.get(sorted_by, "")
    sort = metric.name if order == DOWN else f"-{metric.name}"
    url = sort_url(choice, listing, sort)
    return Column(str(metric.label), str(metric.description), order, url)


def sort_url(choice: Choice, listing: Listing, sort: str) -> str:
    """Return the address of the rows in another order, from the first page on."""
    parameters = (*choice.parameters(), *listing.sorted_by(sort).parameters())
    return f"?{urlencode(parameters)}"
