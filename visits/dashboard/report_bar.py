"""The bar above a report: the way to other sites and other periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sites.models import Site
from visits.dashboard.choice import PERIOD_PARAMETERS, Choice
from visits.reports.period import Period, PeriodName


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """`chosen` is what js/choice.js needs (see Choice.chosen)."""

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
    periods: list[PeriodLink]
    previous: PeriodLink | None
    next: PeriodLink | None
    custom_from: str
    custom_to: str
    custom_fields: list[HiddenField]


def report_bar(
    site: Site, sites: Iterable[Site], current: int, choice: Choice, today: dt.date
) -> ReportBar:
    period = choice.period
    return ReportBar(
        site=site,
        sites=list(sites),
        current=current,
        period_label=period.label,
        period_words=_words(period),
        periods=[_link(name, choice, today) for name in PeriodName if name != PeriodName.CUSTOM],
        previous=_step(choice, period.earlier(today)),
        next=_step(choice, period.later(today)),
        custom_from=period.start.isoformat(),
        custom_to=min(period.end, max(today, period.start)).isoformat(),
        custom_fields=[
            HiddenField(name, value) for name, value in choice.parameters_beside_period().items()
        ],
    )


def _words(period: Period) -> str:
    """Return a period's label as it stands within a sentence: months keep their capital."""
    return period.label if period.name == PeriodName.CUSTOM else period.label.lower()


def _link(name: PeriodName, choice: Choice, today: dt.date) -> PeriodLink:
    other = choice.with_period(Period.of(name, today))
    return PeriodLink(
        label=str(name.label),
        url=other.query(),
        chosen=other.chosen(*PERIOD_PARAMETERS),
        is_chosen=choice.period.name == name,
    )


def _step(choice: Choice, period: Period | None) -> PeriodLink | None:
    if period is None:
        return None
    other = choice.with_period(period)
    return PeriodLink(period.label, other.query(), other.chosen(*PERIOD_PARAMETERS))
