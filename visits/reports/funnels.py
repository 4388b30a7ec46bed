"""Funnels: how many visits met each goal after the one before it, and where the others left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _

from visits.models import Funnel
from visits.reports.exceptions import InvalidQuery
from visits.reports.measure import Split, measure, visits_selected
from visits.reports.query import ReportQuery
from visits.reports.resolve import likes_of_goals
from visits.reports.results import change_rate
from visits.reports.scan import HitLike
from visits.reports.sequence import Steps
from visits.reports.visit_engines import ask_visits


@dataclass(frozen=True, slots=True)
class Step:
    """The visits that met a step's goal by a later hit than the step before.

    `first_visits` met the first step; `visits_before` the one before, None of the first step.
    `previous` is the same step in the comparison, None without one. Rates are from 0 to 1, and None
    where they would be divided by nothing.
    """

    goal: str
    visits: int
    first_visits: int
    visits_before: int | None = None
    previous: Step | None = None

    @property
    def share_of_first(self) -> float | None:
        return _rate(self.visits, self.first_visits)

    @property
    def share_of_before(self) -> float | None:
        return _rate(self.visits, self.visits_before)

    @property
    def dropped_visits(self) -> int | None:
        """Return the visits that met the step before and not this one; None of the first step."""
        return None if self.visits_before is None else self.visits_before - self.visits

    @property
    def drop_off_rate(self) -> float | None:
        """Return these as a share of the step before."""
        return _rate(self.dropped_visits, self.visits_before)

    @property
    def change_rate(self) -> float | None:
        return None if self.previous is None else change_rate(self.visits, self.previous.visits)


@dataclass(frozen=True, slots=True)
class FunnelReport:
    """The steps of a funnel in their order, and all `visits` that the query selects.

    `query` is the one that was answered: of the funnel's site alone. `previous` is the answer for the
    comparison, None without one.
    """

    query: ReportQuery
    funnel: Funnel
    visits: int
    steps: tuple[Step, ...]
    previous: FunnelReport | None = None

    @property
    def entered_visits(self) -> int:
        """Return the visits that met the first step."""
        return self.steps[0].visits

    @property
    def converted_visits(self) -> int:
        """Return the visits that met all steps."""
        return self.steps[-1].visits

    @property
    def entry_rate(self) -> float | None:
        """Return the visits that met the first step as a share of all, None without visits."""
        return _rate(self.entered_visits, self.visits)

    @property
    def conversion_rate(self) -> float | None:
        """Return the visits that met all steps as a share of all, None without visits."""
        return _rate(self.converted_visits, self.visits)

    @property
    def change_rate(self) -> float | None:
        """Return the change of the conversion rate."""
        before = None if self.previous is None else self.previous.conversion_rate
        return change_rate(self.conversion_rate, before)


def funnel(query: ReportQuery, asked: Funnel) -> FunnelReport:
    """Return how far the visits of the query came in a funnel.

    Of many sites, the visits of the funnel's own are asked: its goals are that site's. A scan for each
    period, and one for the number of visits. Raises InvalidQuery for a funnel of another site, and for
    one that was stored without steps.
    """
    goals = asked.ordered_goals()
    if not goals:
        raise InvalidQuery("funnel", _("The funnel has no steps."))
    likes = likes_of_goals(goals)
    names = [goal.name for goal in goals]
    query = _of_site(query, asked)
    before = None
    if query.comparison:
        before = _report(query.at(query.comparison), asked, names, likes)
    return _report(query, asked, names, likes, before)


def _of_site(query: ReportQuery, asked: Funnel) -> ReportQuery:
    for site in query.sites:
        if site.pk == asked.site_id:
            if len(query.sites) == 1:
                return query
            return ReportQuery((site,), query.period, query.comparison, query.filters, query.limit)
    raise InvalidQuery("funnel", _("The funnel belongs to another site."))


def _report(
    query: ReportQuery,
    asked: Funnel,
    names: list[str],
    likes: tuple[HitLike, ...],
    before: FunnelReport | None = None,
) -> FunnelReport:
    visits = cast(int, measure(query, Split(), ("visits",)).only_row["visits"])
    counts = _counts(query, likes)
    befores = before.steps if before else (None,) * len(counts)
    steps = tuple(
        Step(name, count, counts[0], visits_before, previous)
        for name, count, visits_before, previous in zip(
            names, counts, (None, *counts), befores, strict=False
        )
    )
    return FunnelReport(query, asked, visits, steps, before)


def _counts(query: ReportQuery, likes: tuple[HitLike, ...]) -> tuple[int, ...]:
    """Return the visits that met each step and those before it."""
    nothing = (0,) * len(likes)
    if query.resolved().is_empty:
        return nothing
    steps = Steps(visits_selected(query), likes)
    return ask_visits(steps, query.coverage()).get((), nothing)


def _rate(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole
