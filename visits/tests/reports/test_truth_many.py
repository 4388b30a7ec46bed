"""Two dimensions at once and many sites at once against plain loops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from visits.tests.reports.ask import check
from visits.tests.reports.cases import Case, cases, stored, truth
from visits.tests.reports.engines import Engine
from visits.tests.reports.naive import Breakdown, Cross, Question, Series, Totals

pytestmark = pytest.mark.django_db
PAIRS = (
    ("source", "browser"),
    ("country", "device"),
    ("city", "page"),
    ("page", "source"),
    ("page", "hostname"),
    ("title", "page"),
    ("event", "page"),
    ("event", "utm_campaign"),
    ("property[plan]", "event"),
    ("event", "property"),
    ("property", "os_version"),
    ("weekday", "channel"),
    ("week", "page"),
    ("hour_of_day", "weekday"),
    ("page", "hour_of_day"),
    ("event", "hour_of_day"),
    ("hour_of_day", "source"),
)


@truth(8)
@given(case=cases(is_filtered=True), pairs=st.lists(st.sampled_from(PAIRS), min_size=5, max_size=5))
def test_pairs_of_dimensions_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case, pairs: list[tuple[str, str]]
) -> None:
    questions = [Cross(case.asked, *pair) for pair in pairs]
    questions += [Cross(case.ask(), *pair) for pair in pairs]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(8)
@given(case=cases(is_filtered=True))
def test_many_sites_are_those_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    questions: list[Question] = [
        Totals(case.ask()),
        Totals(case.asked),
        Series(case.asked, "day"),
        *(Breakdown(case.asked, name) for name in ("page", "source", "browser", "hour_of_day")),
        *(Breakdown(case.ask(), name) for name in ("page", "event", "property[plan]", "weekday")),
    ]
    with stored(owner, case, engine) as world:
        check(questions, world.sites, world.all_visits)
