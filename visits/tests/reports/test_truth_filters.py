"""Questions with filters against plain loops: every dimension, every operator, several at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from visits.tests.reports import wishes
from visits.tests.reports.ask import check, offered_dimensions
from visits.tests.reports.cases import Case, cases, stored, truth
from visits.tests.reports.engines import Engine
from visits.tests.reports.naive import Breakdown, PlainFilter, Series, Totals

pytestmark = pytest.mark.django_db
DIMENSIONS = ("page", "hostname", "source", "browser", "exit_page", "hour_of_day", "event", "day")


@truth(6)
@given(case=cases(), known=st.lists(wishes.filters(), min_size=12, max_size=12))
def test_filtered_totals_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case, known: list[tuple[PlainFilter, ...]]
) -> None:
    with stored(owner, case, engine) as world:
        questions = [Totals(case.ask(*filters)) for filters in known]
        check(questions, [world.here], world.visits)


@pytest.mark.parametrize("dimension", wishes.VALUES)
@truth(3)
@given(case=cases(), choice=st.data())
def test_filter_on_each_dimension_is_that_of_a_plain_loop(
    owner: User, case: Case, dimension: str, choice: st.DataObject
) -> None:
    with stored(owner, case) as world:
        for operator in wishes.OPERATORS:
            known = choice.draw(wishes.a_filter((dimension,), (operator,)))
            check([Totals(case.ask(known))], [world.here], world.visits)


@truth(10)
@given(case=cases(is_filtered=True), dimension=st.sampled_from(DIMENSIONS))
def test_filtered_breakdowns_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case, dimension: str
) -> None:
    others = [name for name in offered_dimensions() if name not in DIMENSIONS][::7]
    questions = [Breakdown(case.asked, name) for name in (dimension, *others)]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(10)
@given(case=cases(lengths=(1, 7), is_filtered=True))
def test_filtered_series_are_those_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    questions = [Series(case.asked, interval) for interval in ("minute", "hour", "day", "week")]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)
