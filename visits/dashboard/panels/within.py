"""Which list says more beside a filter: of one country its regions, of one region its cities."""

from __future__ import annotations

from collections.abc import Iterable

from visits.dashboard.panels.choice import PanelChoice
from visits.models import Operator
from visits.reports.filters import Filter

WITHIN = {"country": "region", "region": "city"}


def is_of_one(filters: Iterable[Filter], dimension: str) -> bool:
    """Tell whether a filter leaves one value of a dimension."""
    return any(
        each.dimension == dimension and each.operator is Operator.IS and len(each.values) == 1
        for each in filters
    )


def default_dimension(panel: PanelChoice, filters: Iterable[Filter]) -> str:
    """Return what a panel shows when nobody chose: the first list with more than one value."""
    name, filters = panel.default, tuple(filters)
    while name in WITHIN and is_of_one(filters, name):
        name = WITHIN[name]
    return name
