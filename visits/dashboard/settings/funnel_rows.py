"""How far visits came in the funnels of a site lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from visits.models import Funnel
from visits.reports.exceptions import InvalidQuery
from visits.reports.funnels import FunnelReport, funnel
from visits.reports.query import ReportQuery
from visits.reports.visible import visible


@dataclass(frozen=True, slots=True)
class StepRow:
    """The visits that met a step; `share` and `bar_percent` are of those that met the first."""

    name: str
    visits: int
    share: float | None
    bar_percent: float


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A funnel with its steps; without them `problem` says why."""

    name: str
    url: str
    steps: list[StepRow]
    problem: str = ""

    @property
    def converted(self) -> int:
        return self.steps[-1].visits if self.steps else 0

    @property
    def entered(self) -> int:
        return self.steps[0].visits if self.steps else 0


def funnel_rows(query: ReportQuery, funnels: Iterable[Funnel]) -> list[FunnelRow]:
    """Return a row for each funnel, in their order; some statements for each."""
    return [_row(query, each) for each in funnels]


def _row(query: ReportQuery, asked: Funnel) -> FunnelRow:
    name, url = visible(asked.name), reverse("site_funnel", args=[asked.site_id, asked.pk])
    try:
        report = funnel(query, asked)
    except InvalidQuery as error:
        return FunnelRow(name, url, [], error.sentence)
    return FunnelRow(name, url, _steps(report))


def _steps(report: FunnelReport) -> list[StepRow]:
    return [
        StepRow(
            name=visible(step.goal),
            visits=step.visits,
            share=step.share_of_first,
            bar_percent=round(100 * (step.share_of_first or 0), 2),
        )
        for step in report.steps
    ]
