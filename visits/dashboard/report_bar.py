"""The bar above a report: the way to other sites and other periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sites.models import Site
from visits.dashboard.choice import Choice
from visits.reports.period import Period, PeriodName


@dataclass(frozen=True, slots=True)
class PeriodLink:
    label: str
    url: str
    is_chosen: bool


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
    periods: list[PeriodLink]
    previous_url: str
    next_url: str
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
        periods=[_link(name, choice, today) for name in PeriodName if name != PeriodName.CUSTOM],
        previous_url=_step_url(choice, period.earlier(today)),
        next_url=_step_url(choice, period.later(today)),
        custom_from=period.start.isoformat(),
        custom_to=min(period.end, max(today, period.start)).isoformat(),
        custom_fields=[
            HiddenField(name, value) for name, value in choice.parameters_beside_period().items()
        ],
    )


def _link(name: PeriodName, choice: Choice, today: dt.date) -> PeriodLink:
    period = Period.of(name, today)
    return PeriodLink(
        label=str(name.label),
        url=choice.with_period(period).query(),
        is_chosen=choice.period.name == name,
    )


def _step_url(choice: Choice, period: Period | None) -> str:
    return "" if period is None else choice.with_period(period).query()
