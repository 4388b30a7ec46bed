"""Every report against plain loops over the same messages: equal to the digit.

The messages go through the collector's writer, so that nothing is right only because reports and tests
make the same mistake about the tables.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from sites.models import Site
from visits.models import HitKind
from visits.reports.overview import site_cards
from visits.reports.recent import recent_hits
from visits.reports.results import Row
from visits.tests.reports.ask import (
    ask,
    check,
    check_comparison,
    differences,
    offered_dimensions,
    report_query,
)
from visits.tests.reports.cases import ELSEWHERE, ONE_DAY, Case, cases, stored, truth
from visits.tests.reports.engines import Engine
from visits.tests.reports.naive import (
    Asked,
    Breakdown,
    PlainHit,
    Question,
    Series,
    Totals,
    answer,
    local_date,
    visits_of,
    within,
)
from visits.tests.reports.naive.clock import first_second, same_clock
from visits.tests.reports.naive.visits import KeptHit
from visits.tests.reports.streams import DELAYS, Stream

pytestmark = pytest.mark.django_db
TODAY = Asked(dt.date(2026, 5, 4), dt.date(2026, 5, 4))


@truth(12)
@given(case=cases(delays=DELAYS))
def test_totals_are_those_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    with stored(owner, case, engine) as world:
        check([Totals(case.asked)], [world.here], world.visits)


@truth(12)
@given(case=cases())
def test_breakdowns_are_those_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    questions = [Breakdown(case.asked, name) for name in offered_dimensions()]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(12)
@given(case=cases(lengths=(1,), delays=DELAYS))
def test_hours_and_minutes_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case
) -> None:
    questions = [Series(case.asked, interval) for interval in ("hour", "minute")]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@pytest.mark.parametrize("question", [Series(TODAY, "hour"), Breakdown(TODAY, "hour_of_day")])
def test_visitor_is_counted_in_the_hour_of_the_visit_that_was_told_first(
    owner: User, question: Series | Breakdown
) -> None:
    ten_o_clock = int(dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC).timestamp())
    stream = Stream("UTC", TODAY.start, (PlainHit(ten_o_clock), PlainHit(ten_o_clock - 7_200)))
    with stored(owner, Case(stream, stream, TODAY, 100, 1)) as world:
        wrong = differences(ask(question, [world.here]), answer(question, world.visits))

    assert not wrong


@truth(12)
@given(case=cases(lengths=(2, 7, 100), delays=DELAYS))
def test_days_weeks_and_months_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case
) -> None:
    questions = [Series(case.asked, interval) for interval in ("day", "week", "month")]
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


@truth(12)
@given(case=cases(lengths=(1, 2)), hours=st.sampled_from((1, 24, 150)), shift=st.integers(-24, 24))
def test_visits_that_began_between_two_instants_are_those_of_a_plain_loop(
    owner: User, engine: Engine, case: Case, hours: int, shift: int
) -> None:
    zone = ZoneInfo(case.here.zone)
    last = max(message.at for message in case.here.messages)
    # Hours begin with the day, in zones of half an hour too.
    midnight = first_second(local_date(last, zone), zone)
    until = midnight + ((last - midnight) // 3600 + shift) * 3600
    since = until - hours * 3600
    asked = Asked(local_date(since, zone), local_date(until - 1, zone), (), since, until)
    questions: list[Question] = [Totals(asked), Breakdown(asked, "page")]
    # Hits after the end are in the last hour, of which the plain loop knows nothing.
    if last < until and is_on_the_hour(since, zone) and is_on_the_hour(until, zone):
        questions.append(Series(asked, "hour"))
    with stored(owner, case, engine) as world:
        check(questions, [world.here], world.visits)


def is_on_the_hour(at: int, zone: ZoneInfo) -> bool:
    """Tell whether an hour of its day begins then; after a change by half an hour, others do."""
    return (at - first_second(local_date(at, zone), zone)) % 3600 == 0


@truth(12)
@given(case=cases())
def test_comparison_is_that_of_a_plain_loop(owner: User, engine: Engine, case: Case) -> None:
    length = case.asked.end - case.asked.start + ONE_DAY
    before = Asked(case.asked.start - length, case.asked.start - ONE_DAY)
    after = Asked(case.asked.end + ONE_DAY, case.asked.end + length)
    with stored(owner, case, engine) as world:
        check_comparison(Totals(after), case.asked, [world.here], world.visits)
        for dimension in ("source", "page", "browser", "event"):
            question = Breakdown(case.asked, dimension)
            check_comparison(question, before, [world.here], world.visits)


@truth(25)
@given(case=cases(delays=DELAYS), limit=st.sampled_from((1, 3, 20)))
def test_newest_hits_are_those_of_a_plain_loop(owner: User, case: Case, limit: int) -> None:
    with stored(owner, case) as world:
        found = recent_hits(report_query(case.asked, [world.here]), limit)

    visits = within(world.visits, case.asked.start, case.asked.end)
    hits = [hit for visit in visits for hit in visit.hits]
    # Of hits in the same second, the one that was stored last comes first.
    newest = sorted(hits, key=lambda hit: hit.place_in_time, reverse=True)[:limit]
    assert [
        (int(hit.at.timestamp()), hit.path, hit.hostname, hit.event, hit.properties, hit.browser)
        for hit in found
    ] == [described(hit) for hit in newest]
    assert all((hit.kind is HitKind.EVENT) == bool(hit.event) for hit in found)


def described(hit: KeptHit) -> tuple[object, ...]:
    sent = hit.sent
    return sent.at, sent.path, sent.hostname, sent.event, sent.properties, sent.client[0]


@truth(25)
@given(case=cases(delays=DELAYS), seconds=st.sampled_from((0, 299, 300, 5_000, 90_000, 700_000)))
def test_cards_are_those_of_a_plain_loop(owner: User, case: Case, seconds: int) -> None:
    streams = (case.elsewhere, case.here)
    last_at = max((message.at for stream in streams for message in stream.messages), default=0)
    now_at = last_at + seconds
    with stored(owner, case):
        cards = site_cards(
            Site.objects.order_by("domain"), dt.datetime.fromtimestamp(now_at, dt.UTC)
        )

    for card, stream in zip(cards, streams, strict=True):
        visits = visits_of(stream.messages, card.site.zone)
        today = local_date(now_at, card.site.zone)
        days = [today - number * ONE_DAY for number in range(14)][::-1]
        visitors = [len({visit.who for visit in visits if visit.day == day}) for day in days]
        # The days before end where today is now, as in the report.
        until = same_clock(now_at, days[6], card.site.zone)
        until_now = {visit.who for visit in visits if visit.day == days[6] and visit.began < until}
        before = sum(visitors[:6]) + len(until_now)
        assert (card.site.domain == ELSEWHERE) == (stream is case.elsewhere)
        assert card.days == tuple(days[7:])
        assert card.series == tuple(visitors[7:])
        assert (card.visitors, card.previous_visitors) == (sum(visitors[7:]), before)
        assert card.current_visitors == len(
            {visit.who for visit in visits if visit.last_seen > now_at - 300}
        )
        assert card.has_hits is bool(visits)


def test_rows_know_their_change() -> None:
    row = Row(key=(), label="", values=(12, 0.5, None, 3), previous=(8, 0.0, 1, None))

    assert row.changes == (0.5, None, None, None)
