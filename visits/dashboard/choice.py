"""What a person chose on a report: period, comparison, filters, metric and interval of the series, tabs.

The URL has it all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from sites.models import Site
from visits.dashboard.behaviour.choice import BehaviourChoice
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.choice import PANELS, PanelChoice
from visits.dashboard.panels.within import default_dimension
from visits.dashboard.tile_choice import DEFAULT_METRIC, TILES
from visits.models import Funnel, Segment
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import FIELD
from visits.reports.filters import (
    SEGMENT,
    Filter,
    check_number,
    find_segments,
    parse_filters,
    segment_filters,
)
from visits.reports.first_day import first_day
from visits.reports.interval import Interval
from visits.reports.parsing import (
    COMPARISON_FIELDS,
    INTERVAL_FIELD,
    PERIOD_FIELDS,
    parse_comparison,
    parse_interval,
    parse_period,
)
from visits.reports.period import Period

DEFAULT_COMPARISON = Comparison(ComparisonName.PREVIOUS)
# The interval goes with its period: another period may not be shown in it.
PERIOD_PARAMETERS = (*PERIOD_FIELDS, INTERVAL_FIELD)
COMPARISON_PARAMETERS = COMPARISON_FIELDS
FILTER_PARAMETERS = (SEGMENT, FIELD)
MOST_DAYS_BY_HOUR = 7
# Panels come by themselves, or all with the page: for browsers without JavaScript.
PANELS_PARAMETER, ALL_PANELS = "panels", "all"

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A valid choice. `dimensions` maps panels to the one that was chosen for it; without an interval it is
    the period's own. `kept` are other parameters of the page that links leave as they are."""

    period: Period
    metric: str = DEFAULT_METRIC
    dimensions: Mapping[str, str] = field(default_factory=dict)
    comparison: Comparison = DEFAULT_COMPARISON
    interval: Interval | None = None
    segments: tuple[Segment, ...] = ()
    filters: tuple[Filter, ...] = ()
    behaviour: BehaviourChoice = field(default_factory=BehaviourChoice)
    has_all_panels: bool = False
    kept: Parameters = ()

    @classmethod
    def parse(cls, params: QueryDict, site: Site, now: dt.datetime) -> Self:
        """Return the choice in a query string. Raises InvalidQuery with a sentence.

        A statement for the segments that are named, two more for the period `all`.
        """
        period = parse_period(params, now, site.zone, partial(first_day, site))
        interval = parse_interval(params, period)
        segments, filters = _conditions(params, site)
        return cls(
            period=period,
            metric=_metric(params),
            dimensions=_dimensions(params),
            comparison=parse_comparison(params, DEFAULT_COMPARISON.name),
            interval=None if interval is period.interval else interval,
            segments=segments,
            filters=filters,
            behaviour=BehaviourChoice.parse(params, site),
            has_all_panels=_has_all_panels(params),
        )

    @classmethod
    def default(cls, site: Site, now: dt.datetime) -> Self:
        return cls.parse(QueryDict(), site, now)

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """Return the filters of the segments and those beside them."""
        of_segments = (each for segment in self.segments for each in segment_filters(segment))
        return (*of_segments, *self.filters)

    def shown_by(self, panel: PanelChoice) -> str:
        """Return the dimension that a panel shows: where nothing was chosen, the filters decide."""
        return self.dimensions.get(panel.name) or default_dimension(panel, self.all_filters)

    def parameters(self) -> Parameters:
        """Return the shortest query parameters that make this choice, always in the same order.

        The period is always said: an address without anything shows what was remembered.
        """
        period = self.period.parameters()
        interval = {INTERVAL_FIELD: self.interval.value} if self.interval else {}
        is_default = self.comparison == DEFAULT_COMPARISON
        comparison = {} if is_default else self.comparison.parameters()
        metric = {} if self.metric == DEFAULT_METRIC else {"metric": self.metric}
        panels = {PANELS_PARAMETER: ALL_PANELS} if self.has_all_panels else {}
        shown = {**self._changed_dimensions(), **self.behaviour.parameters()}
        return (
            *{**period, **interval}.items(),
            *((SEGMENT, str(segment.pk)) for segment in self.segments),
            *((FIELD, each.text) for each in self.filters),
            *{**comparison, **metric, **shown, **panels}.items(),
            *self.kept,
        )

    def question(self) -> Parameters:
        """Return the parameters of what is asked, with nothing left to a default, as exports read them."""
        return (
            *self.period.parameters().items(),
            *((SEGMENT, str(segment.pk)) for segment in self.segments),
            *((FIELD, each.text) for each in self.filters),
            *self.comparison.parameters().items(),
        )

    def parameters_beside(self, *names: str) -> Parameters:
        """Return the parameters that stay when a form chooses these."""
        return tuple(pair for pair in self.parameters() if pair[0] not in names)

    def parameters_of(self, *names: str) -> Parameters:
        """Return the parameters of these names."""
        return tuple(pair for pair in self.parameters() if pair[0] in names)

    def query(self) -> str:
        """Return the choice as the query of a link, with its question mark; never empty."""
        return f"?{urlencode(self.parameters())}"

    def with_period(self, period: Period) -> Choice:
        """Return the choice of another period, shown in the same interval where that is possible."""
        other = replace(self, period=period, interval=None)
        return other.with_interval(self.interval) if self.interval in other.intervals else other

    @property
    def intervals(self) -> list[Interval]:
        """Return the intervals that are offered: of more than a week, hours are too many to be read."""
        return [
            interval
            for interval in self.period.allowed_intervals
            if interval is not Interval.HOUR
            or self.interval is interval
            or self.period.day_count <= MOST_DAYS_BY_HOUR
        ]

    def with_interval(self, interval: Interval) -> Choice:
        return replace(self, interval=None if interval is self.period.interval else interval)

    def with_comparison(self, comparison: Comparison) -> Choice:
        return replace(self, comparison=comparison)

    def with_metric(self, metric: str) -> Choice:
        return replace(self, metric=metric)

    def with_dimension(self, panel: str, dimension: str) -> Choice:
        return replace(self, dimensions={**self.dimensions, panel: dimension})

    def with_event(self, event: str, key: str = "") -> Choice:
        """Return the choice of the properties of an event: of a key, or the one that most of it carry."""
        return replace(self, behaviour=replace(self.behaviour, event=event, key=key))

    def with_funnel(self, funnel: Funnel) -> Choice:
        return replace(self, behaviour=replace(self.behaviour, funnel=funnel))

    def with_page(self, path: str) -> Choice:
        """Return the choice of the ways through a page."""
        return replace(self, behaviour=replace(self.behaviour, page=path))

    def with_filter(self, condition: Filter) -> Choice:
        return replace(self, filters=(*self.filters, condition))

    def with_filter_instead(self, old: Filter, new: Filter) -> Choice:
        """Return the choice with a filter in the place of another, once if it is there already."""
        filters = (new if each == old else each for each in self.filters)
        return replace(self, filters=tuple(dict.fromkeys(filters)))

    def without_filter(self, condition: Filter) -> Choice:
        return replace(self, filters=tuple(each for each in self.filters if each != condition))

    def with_segment(self, segment: Segment) -> Choice:
        return replace(self, segments=(*self.segments, segment))

    def without_segment(self, segment: Segment) -> Choice:
        return replace(self, segments=tuple(each for each in self.segments if each != segment))

    def unfolded(self, segment: Segment) -> Choice:
        """Return the choice with the filters of a segment in its place."""
        filters = dict.fromkeys((*segment_filters(segment), *self.filters))
        return replace(self.without_segment(segment), filters=tuple(filters))

    def without_filters(self) -> Choice:
        return replace(self, segments=(), filters=())

    def with_all_panels(self) -> Choice:
        return replace(self, has_all_panels=True)

    def chosen(self, *names: str) -> str:
        """Return what a link to this choice itself decides, as a query: empty values are the defaults.

        js/choice.js puts it into the page's address, which a partial refresh may have changed since the
        link was drawn.
        """
        parameters = self.parameters()
        pairs = []
        for name in names:
            values = [value for known, value in parameters if known == name]
            pairs += [(name, value) for value in values or [""]]
        return urlencode(pairs)

    def link(
        self, label: str, *names: str, anchor: str = "", is_chosen: bool = False
    ) -> ChoiceLink:
        """Return a link to this choice that itself decides the parameters of these names."""
        return ChoiceLink(label, f"{self.query()}{anchor}", self.chosen(*names), is_chosen)

    def _changed_dimensions(self) -> dict[str, str]:
        filters = self.all_filters
        return {
            panel.name: self.dimensions[panel.name]
            for panel in PANELS
            if self.dimensions.get(panel.name, "") not in ("", default_dimension(panel, filters))
        }


def _conditions(params: QueryDict, site: Site) -> tuple[tuple[Segment, ...], tuple[Filter, ...]]:
    """Return the segments and the filters of a query string, each once."""
    segments = tuple(dict.fromkeys(find_segments(params.getlist(SEGMENT), site)))
    filters = tuple(dict.fromkeys(parse_filters(params.getlist(FIELD))))
    check_number([*(each for segment in segments for each in segment_filters(segment)), *filters])
    return segments, filters


def _metric(params: Mapping[str, str]) -> str:
    metric = params.get("metric", DEFAULT_METRIC)
    if metric not in TILES:
        raise InvalidQuery(
            "metric", _("“%(metric)s” is not a number of this report.") % {"metric": metric[:40]}
        )
    return metric


def _dimensions(params: Mapping[str, str]) -> dict[str, str]:
    """Return the dimension that was chosen for each panel, of those for which one was."""
    return {panel.name: _dimension(panel, params) for panel in PANELS if panel.name in params}


def _dimension(panel: PanelChoice, params: Mapping[str, str]) -> str:
    dimension = params[panel.name]
    if dimension not in panel.dimensions:
        raise InvalidQuery(
            panel.name,
            _("“%(dimension)s” is not a list of this report.") % {"dimension": dimension[:40]},
        )
    return dimension


def _has_all_panels(params: Mapping[str, str]) -> bool:
    text = params.get(PANELS_PARAMETER, "")
    if text not in ("", ALL_PANELS):
        raise InvalidQuery(
            PANELS_PARAMETER, _("Panels are “%(value)s”, or left out.") % {"value": ALL_PANELS}
        )
    return text == ALL_PANELS
