"""What a person chose on a report: period, comparison, metric and interval of the series, tab of each panel.

The URL has it all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.interval import Interval
from visits.reports.metrics import METRICS
from visits.reports.parsing import (
    COMPARISON_FIELDS,
    INTERVAL_FIELD,
    PERIOD_FIELDS,
    parse_comparison,
    parse_interval,
    parse_period,
)
from visits.reports.period import DEFAULT_NAME, Period

DEFAULT_METRIC = "visitors"
DEFAULT_COMPARISON = Comparison(ComparisonName.PREVIOUS)
# The interval goes with its period: another period may not be shown in it.
PERIOD_PARAMETERS = (*PERIOD_FIELDS, INTERVAL_FIELD)
COMPARISON_PARAMETERS = COMPARISON_FIELDS


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """A panel of a report. `tabs` maps the dimensions it can show to their tabs; the first is the default."""

    name: str
    title: str
    tabs: Mapping[str, str]

    @property
    def default(self) -> str:
        return next(iter(self.tabs))

    @property
    def element_id(self) -> str:
        """Return the id under which the page knows the panel: anchors and partial refreshes use it."""
        return f"panel-{self.name}"


PANELS = (
    PanelChoice(
        "sources",
        "Sources",
        {"source": "Sources", "channel": "Channels", "utm_campaign": "Campaigns"},
    ),
    PanelChoice("pages", "Pages", {"page": "Pages", "entry_page": "Entry", "exit_page": "Exit"}),
    PanelChoice(
        "places", "Places", {"country": "Countries", "region": "Regions", "city": "Cities"}
    ),
    PanelChoice(
        "devices", "Devices", {"device": "Devices", "browser": "Browsers", "os": "Systems"}
    ),
    PanelChoice("events", "Events", {"event": "Events"}),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A valid choice. `dimensions` maps panels to the dimension that each shows; `opened` is the name of
    the panel that shows all its rows, or empty; without an interval it is the period's own."""

    period: Period
    metric: str = DEFAULT_METRIC
    dimensions: Mapping[str, str] = field(default_factory=dict)
    opened: str = ""
    comparison: Comparison = DEFAULT_COMPARISON
    interval: Interval | None = None

    @classmethod
    def parse(
        cls,
        parameters: Mapping[str, str],
        now: dt.datetime,
        zone: ZoneInfo,
        first_day: Callable[[], dt.date] | None = None,
    ) -> Self:
        """Return the choice in a query string; see parse_period. Raises InvalidQuery with a sentence."""
        metric = parameters.get("metric", DEFAULT_METRIC)
        if metric not in METRICS:
            raise InvalidQuery("metric", f"“{metric[:40]}” is not a number of this report.")
        dimensions = {panel.name: _dimension(panel, parameters) for panel in PANELS}
        period = parse_period(parameters, now, zone, first_day)
        comparison = parse_comparison(parameters, DEFAULT_COMPARISON.name)
        interval = parse_interval(parameters, period)
        return cls(
            period,
            metric,
            dimensions,
            _opened(parameters),
            comparison,
            None if interval is period.interval else interval,
        )

    @classmethod
    def default(cls, now: dt.datetime, zone: ZoneInfo) -> Self:
        return cls.parse({}, now, zone)

    def parameters(self) -> dict[str, str]:
        """Return the shortest query parameters that make this choice."""
        period = {} if self.period.name == DEFAULT_NAME else self.period.parameters()
        interval = {INTERVAL_FIELD: self.interval.value} if self.interval else {}
        return {**period, **interval, **self.parameters_beside_period()}

    def query(self) -> str:
        """Return the choice as the query of a link, with its question mark; never empty."""
        return f"?{urlencode(self.parameters())}"

    def with_period(self, period: Period) -> Choice:
        """Return the choice of another period, shown in the same interval where that is possible."""
        others = set(period.allowed_intervals) - {period.interval}
        return replace(
            self, period=period, interval=self.interval if self.interval in others else None
        )

    def with_comparison(self, comparison: Comparison) -> Choice:
        return replace(self, comparison=comparison)

    def with_metric(self, metric: str) -> Choice:
        return replace(self, metric=metric)

    def with_dimension(self, panel: str, dimension: str) -> Choice:
        return replace(self, dimensions={**self.dimensions, panel: dimension})

    def with_opened(self, panel: str) -> Choice:
        return replace(self, opened=panel)

    def parameters_beside_period(self) -> dict[str, str]:
        """Return the parameters that stay when another period is chosen."""
        is_default = self.comparison == DEFAULT_COMPARISON
        comparison = {} if is_default else self.comparison.parameters()
        metric = {} if self.metric == DEFAULT_METRIC else {"metric": self.metric}
        opened = {"all": self.opened} if self.opened else {}
        return {**comparison, **metric, **self._changed_dimensions(), **opened}

    def chosen(self, *names: str) -> str:
        """Return what a link to this choice itself decides, as a query: empty values are the defaults.

        js/choice.js puts it into the page's address, which a partial refresh may have changed since the
        link was drawn.
        """
        parameters = self.parameters()
        return urlencode({name: parameters.get(name, "") for name in names})

    def _changed_dimensions(self) -> dict[str, str]:
        return {
            panel.name: self.dimensions[panel.name]
            for panel in PANELS
            if self.dimensions.get(panel.name, panel.default) != panel.default
        }


def _dimension(panel: PanelChoice, parameters: Mapping[str, str]) -> str:
    dimension = parameters.get(panel.name, panel.default)
    if dimension not in panel.tabs:
        raise InvalidQuery(panel.name, f"“{dimension[:40]}” is not a list of this report.")
    return dimension


def _opened(parameters: Mapping[str, str]) -> str:
    opened = parameters.get("all", "")
    if opened and opened not in {panel.name for panel in PANELS}:
        raise InvalidQuery("all", f"“{opened[:40]}” is not a list of this report.")
    return opened
