"""Goals, funnels and the ways between pages against plain loops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from visits.tests.reports import wishes
from visits.tests.reports.ask import check
from visits.tests.reports.cases import Case, cases, stored, truth
from visits.tests.reports.engines import Engine
from visits.tests.reports.naive import (
    Breakdown,
    Flow,
    Funnel,
    Goals,
    PlainFilter,
    PlainGoal,
    Question,
    Series,
    Totals,
)
from visits.tests.reports.wishes import GOALS, PAGES

pytestmark = pytest.mark.django_db


@truth(10)
@given(case=cases(is_filtered=True))
def test_goals_are_those_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    questions = [Goals(case.asked, GOALS), Goals(case.ask(), GOALS)]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(10)
@given(case=cases(is_filtered=True), known=wishes.goal_filters())
def test_filters_by_goals_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case, known: PlainFilter
) -> None:
    asked = case.ask(*case.asked.filters, known)
    questions: list[Question] = [
        Totals(case.ask(known)),
        Totals(asked),
        Breakdown(asked, "source"),
        Breakdown(asked, "browser"),
        Series(asked, "day"),
    ]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(10)
@given(case=cases(is_filtered=True), funnels=st.lists(wishes.funnels(), min_size=3, max_size=3))
def test_funnels_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case, funnels: list[tuple[PlainGoal, ...]]
) -> None:
    questions = [Funnel(asked, steps) for asked in (case.asked, case.ask()) for steps in funnels]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(10)
@given(case=cases(is_filtered=True))
def test_flow_is_that_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    questions = [Flow(asked, path) for asked in (case.asked, case.ask()) for path in PAGES]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)
