"""The simulated people: believable, the same for the same seed, and never ambiguous to count."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import mean, median

import pytest

from visits.collect.bots import Agent, classify_agent
from visits.collect.browser import parse_client
from visits.demo.choice import seeded
from visits.demo.people import DEVICES, HOMES, make_person
from visits.demo.plan import Plan
from visits.demo.traffic import Visit, simulate
from visits.demo.website import NEXT_PAGES, POSTS, published_posts, section
from visits.tests.demo.factory import BERLIN, NOW, make_plan, visits_of

PAUSE_SECONDS = 1800


@pytest.fixture(scope="module")
def year() -> Plan:
    return make_plan(days=365, visits_per_day=20)


@pytest.fixture(scope="module")
def visits_by_day(year: Plan) -> Counter[dt.date]:
    return Counter(_day(visit) for visit in visits_of(year))


def _day(visit: Visit) -> dt.date:
    return dt.datetime.fromtimestamp(visit[0].at, BERLIN).date()


def test_same_plan_makes_the_same_traffic() -> None:
    assert visits_of(make_plan()) == visits_of(make_plan())


@pytest.mark.parametrize("change", [{"seed": 2}, {"visits_per_day": 41}, {"days": 5}])
def test_other_plan_makes_other_traffic(change: dict[str, int]) -> None:
    assert visits_of(make_plan(**change)) != visits_of(make_plan())


def test_nothing_happens_at_the_end_or_later() -> None:
    steps = [step for visit in visits_of(make_plan()) for step in visit]

    assert max(step.at for step in steps) < NOW.timestamp()


def test_first_day_begins_the_traffic() -> None:
    days = Counter(_day(visit) for visit in visits_of(make_plan(days=4)))

    assert sorted(days) == [dt.date(2026, 5, day) for day in (1, 2, 3, 4)]


@pytest.mark.parametrize("hour", [0, 4, 12, 23])
def test_somebody_is_there_in_the_last_half_hour(hour: int) -> None:
    until = dt.datetime(2026, 5, 4, hour, 10, tzinfo=BERLIN)

    visits = visits_of(make_plan(until=until, visits_per_day=1))

    recent = [visit for visit in visits if until.timestamp() - visit[0].at <= PAUSE_SECONDS]
    assert len(recent) >= 6


def test_visit_has_no_pause_that_would_end_it() -> None:
    for visit in visits_of(make_plan()):
        pauses = [later.at - earlier.at for earlier, later in pairwise(visit)]
        assert all(0 <= pause < PAUSE_SECONDS for pause in pauses)


def test_who_comes_back_makes_another_visit() -> None:
    last_seen: dict[str, int] = {}
    returns = 0
    for visit in visits_of(make_plan()):
        address = visit[0].person.address
        if address in last_seen:
            returns += 1
            assert visit[0].at - last_seen[address] > PAUSE_SECONDS
        last_seen[address] = visit[-1].at

    assert returns > 5


def test_nobody_shares_an_address() -> None:
    people = defaultdict(set)
    for visit in visits_of(make_plan()):
        people[visit[0].person.address].add(visit[0].person)

    assert all(len(same) == 1 for same in people.values())


def test_visits_go_on_from_page_to_page_of_the_site() -> None:
    for visit in visits_of(make_plan()):
        pages = [step for step in visit if step.name == "pageview"]
        for earlier, later in pairwise(pages):
            assert later.referrer == earlier.url.partition("?")[0]


def test_visits_are_about_as_many_as_asked_for(visits_by_day: Counter[dt.date]) -> None:
    assert mean(visits_by_day.values()) == pytest.approx(20, rel=0.1)


def test_traffic_grows(visits_by_day: Counter[dt.date]) -> None:
    days = sorted(visits_by_day)

    first, last = (median(visits_by_day[day] for day in part) for part in (days[:90], days[-90:]))
    assert last > 1.3 * first


def test_weekends_are_quieter(visits_by_day: Counter[dt.date]) -> None:
    workdays = [count for day, count in visits_by_day.items() if day.weekday() < 5]
    weekends = [count for day, count in visits_by_day.items() if day.weekday() >= 5]

    assert median(weekends) < 0.75 * median(workdays)


def test_a_few_days_stand_out(visits_by_day: Counter[dt.date]) -> None:
    usual = median(visits_by_day.values())

    assert sum(count > 4 * usual for count in visits_by_day.values()) == 2


def test_nights_are_quiet(year: Plan) -> None:
    hours = Counter(
        dt.datetime.fromtimestamp(visit[0].at, BERLIN).hour for visit in visits_of(year)
    )

    assert hours[4] * 5 < hours[10]


def test_share_of_the_sources_changes(year: Plan) -> None:
    def share(visits: list[Visit]) -> float:
        return sum("chatgpt.com" in visit[0].referrer for visit in visits) / len(visits)

    visits = visits_of(year)
    third = len(visits) // 3

    assert share(visits[-third:]) > 1.5 * share(visits[:third])


def test_two_percent_to_eight_of_all_hits_are_to_be_refused(year: Plan) -> None:
    all_visits = [visit for day in year.each_day() for visit in simulate(year, day)]
    intrusions = [visit for visit in all_visits if visit[0].reason]

    assert 0.02 < len(intrusions) / len(all_visits) < 0.08
    assert {len(visit) for visit in intrusions} == {1}


# What the world of the demo is made of


EXPECTED_CLIENTS = {
    ("Chrome", "Windows", "desktop"),
    ("Chrome", "macOS", "desktop"),
    ("Chrome", "Linux", "desktop"),
    ("Chrome", "ChromeOS", "desktop"),
    ("Chrome", "Android", "mobile"),
    ("Chrome", "Android", "tablet"),
    ("Edge", "Windows", "desktop"),
    ("Opera", "Windows", "desktop"),
    ("Samsung Internet", "Android", "mobile"),
    ("Safari", "macOS", "desktop"),
    ("Safari", "iOS", "mobile"),
    ("Safari", "iOS", "tablet"),
    ("Firefox", "Windows", "desktop"),
    ("Firefox", "Linux", "desktop"),
    ("Firefox", "macOS", "desktop"),
    ("Firefox", "Android", "mobile"),
}


def test_agents_are_those_of_real_browsers() -> None:
    random = seeded(1)
    people = [make_person(random, NOW.date(), number) for number in range(3000)]

    clients = {parse_client(person.user_agent) for person in people}

    assert {(client.browser, client.os, client.device) for client in clients} == EXPECTED_CLIENTS
    assert all(classify_agent(person.user_agent) is Agent.HUMAN for person in people)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (dt.date(2023, 12, 24), "17.1"),
        (dt.date(2025, 8, 31), "18.5"),
        (dt.date(2025, 9, 30), "26.0"),
        (dt.date(2026, 12, 31), "27.1"),
    ],
)
def test_browsers_get_newer(day: dt.date, version: str) -> None:
    random = seeded(1)
    agents = {make_person(random, day, number).user_agent for number in range(300)}

    assert any(f"Version/{version} " in agent for agent in agents)


def test_every_device_and_home_is_chosen() -> None:
    random = seeded(1)

    assert {DEVICES.choose(random) for _ in range(3000)} == set(DEVICES.items)
    assert {HOMES.choose(random) for _ in range(3000)} == set(HOMES.items)


def test_every_page_leads_somewhere() -> None:
    targets = {path for links in NEXT_PAGES.values() for path in links.items} | set(POSTS)

    assert {section(path) for path in targets} <= set(NEXT_PAGES)


def test_posts_are_published_one_by_one() -> None:
    counts = [len(published_posts(elapsed / 100).items) for elapsed in range(101)]

    assert counts == sorted(counts)
    assert (counts[0], counts[-1], counts[90]) == (3, len(POSTS), len(POSTS))


def test_day_with_25_hours_has_all_its_visits() -> None:
    plan = make_plan(until=dt.datetime(2026, 10, 27, tzinfo=BERLIN), days=3)

    days = Counter(_day(visit) for visit in visits_of(plan))

    assert days[dt.date(2026, 10, 25)] > 15
