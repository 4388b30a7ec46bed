"""The bar above a report: the way to other sites, other periods and other comparisons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sites.models import Site
from visits.dashboard.choice import (
    COMPARISON_PARAMETERS,
    PERIOD_PARAMETERS,
    Choice,
)
from visits.reports.comparison import Comparison, ComparisonName
from visits.reports.period import Period, PeriodName

PERIODS = tuple(name for name in PeriodName if name != PeriodName.CUSTOM)
COMPARISONS_BY_WEEKDAY = (ComparisonName.PREVIOUS, ComparisonName.YEAR)
COMPARISONS = (*COMPARISONS_BY_WEEKDAY, ComparisonName.NONE)


@dataclass(frozen=True, slots=True)
class BarLink:
    """A period or a comparison. `chosen` is what js/choice.js needs (see Choice.chosen)."""

    label: str
    url: str
    chosen: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class HiddenField:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ReportBar:
    """What templates/visits/_report_bar.html shows."""

    site: Site
    sites: list[Site]
    current: int
    period_label: str
    period_words: str
    periods: list[BarLink]
    previous: BarLink | None
    next: BarLink | None
    custom_from: str
    custom_to: str
    custom_fields: list[HiddenField]
    comparison_label: str
    comparisons: list[BarLink]


def report_bar(
    site: Site, sites: Iterable[Site], current: int, choice: Choice, now: dt.datetime
) -> ReportBar:
    period, today = choice.period, site.day_of(now)
    return ReportBar(
        site=site,
        sites=list(sites),
        current=current,
        period_label=period.label,
        period_words=_words(period),
        periods=[_period_link(name, choice, site, now) for name in PERIODS],
        previous=_step(choice, period.earlier(today)),
        next=_step(choice, period.later(today)),
        custom_from=period.start.isoformat(),
        custom_to=min(period.end, max(today, period.start)).isoformat(),
        custom_fields=[
            HiddenField(name, value) for name, value in choice.parameters_beside_period().items()
        ],
        comparison_label=choice.comparison.label,
        comparisons=_comparison_links(choice),
    )


def _words(period: Period) -> str:
    """Return a period's label as it stands within a sentence: months keep their capital."""
    return period.label if period.name == PeriodName.CUSTOM else period.label.lower()


def _period_link(name: PeriodName, choice: Choice, site: Site, now: dt.datetime) -> BarLink:
    # Of all time, the link says the name only: nobody need look up when it began.
    other = choice.with_period(Period.named(name, now, site.zone))
    return BarLink(
        label=str(name.label),
        url=other.query(),
        chosen=other.chosen(*PERIOD_PARAMETERS),
        is_chosen=choice.period.name == name,
    )


def _step(choice: Choice, period: Period | None) -> BarLink | None:
    if period is None:
        return None
    other = choice.with_period(period)
    return BarLink(period.label, other.query(), other.chosen(*PERIOD_PARAMETERS))


def _comparison_links(choice: Choice) -> list[BarLink]:
    """Return a link for each comparison, and one that matches weekdays or not; none for all days."""
    chosen = choice.comparison
    if choice.period.name == PeriodName.ALL:
        return []
    links = [
        _comparison_link(str(name.label), choice, _renamed(chosen, name), chosen.name == name)
        for name in COMPARISONS
    ]
    if chosen.name in COMPARISONS_BY_WEEKDAY:
        switched = replace(chosen, match_weekdays=not chosen.match_weekdays)
        links.append(_comparison_link("Match weekdays", choice, switched, chosen.match_weekdays))
    return links


def _renamed(chosen: Comparison, name: ComparisonName) -> Comparison:
    return Comparison(name, chosen.match_weekdays and name in COMPARISONS_BY_WEEKDAY)


def _comparison_link(
    label: str, choice: Choice, comparison: Comparison, is_chosen: bool
) -> BarLink:
    other = choice.with_comparison(comparison)
    return BarLink(label, other.query(), other.chosen(*COMPARISON_PARAMETERS), is_chosen)
