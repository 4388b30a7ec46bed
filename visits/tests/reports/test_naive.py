"""The plain loops themselves, by examples that can be checked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from visits.tests.reports.naive import (
    Asked,
    Breakdown,
    Cross,
    Flow,
    Funnel,
    Goals,
    Message,
    PlainAttention,
    PlainFilter,
    PlainGoal,
    PlainHit,
    PlainVisit,
    Question,
    Series,
    Totals,
    answer,
    visits_of,
)
from visits.tests.reports.naive.goals import is_like

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, TUESDAY = dt.date(2026, 5, 4), dt.date(2026, 5, 5)
ON_MONDAY = Asked(MONDAY, MONDAY)
ANA, BEN = 1, 2
GOOGLE = ("Google", "organic_search", "google.com")
NEWSLETTER = ("Newsletter", "email", "")
PHONE = ("Safari", "17", "iOS", "17", "mobile")
LAPTOP = ("Firefox", "120", "Linux", "", "desktop")
SIGN_UP = PlainGoal("Sign up", event="Sign up")
PRICING = PlainGoal("Pricing", path="/pricing")
ROOT = PlainGoal("Root", path="/")


def at(hour: int, minute: int, second: int = 0, day: int = 4) -> int:
    return int(dt.datetime(2026, 5, day, hour, minute, second, tzinfo=BERLIN).timestamp())


def ana(seconds: int, path: str = "/", **fields: Any) -> PlainHit:
    return PlainHit(seconds, ANA, path=path, client=PHONE, **fields)


def ben(seconds: int, path: str = "/", **fields: Any) -> PlainHit:
    return PlainHit(seconds, BEN, path=path, client=LAPTOP, **fields)


# The example of docs/metrics.md.
EXAMPLE: tuple[PlainHit, ...] = (
    ana(at(10, 0), source=GOOGLE),
    ana(at(10, 2), "/pricing"),
    ana(at(10, 3, 30), "/pricing", event="Sign up"),
    ben(at(10, 10)),
    ben(at(11, 0), "/blog", source=NEWSLETTER),
    ben(at(11, 0, 50), "/blog", event="Read to the end", is_interactive=False),
    ana(at(23, 50)),
    ana(at(0, 5, day=5), "/pricing"),
)


def visits(messages: Sequence[Message]) -> list[PlainVisit]:
    return visits_of(messages, BERLIN, "example.com")


def ask(question: Question, messages: Sequence[Message] = EXAMPLE) -> Any:
    return answer(question, visits(messages))


def totals_of(*filters: PlainFilter) -> tuple[int, int, int, int]:
    """Return visitors, visits, pageviews and events of the example."""
    row = ask(Totals(replace(ON_MONDAY, filters=filters)))
    return row["visitors"], row["visits"], row["pageviews"], row["events"]


def columns(rows: dict[Any, dict[str, Any]], *names: str) -> dict[Any, tuple[Any, ...]]:
    return {key: tuple(row[name] for name in names) for key, row in rows.items()}


# The example of docs/metrics.md


def test_totals_of_the_example() -> None:
    row = ask(Totals(ON_MONDAY))

    assert row == {
        "visitors": 2,
        "visits": 4,
        "pageviews": 6,
        "events": 2,
        "views_per_visit": 1.5,
        "bounce_rate": 0.5,
        "visit_duration": 290,
        "time_on_page": None,
        "scroll_depth": None,
        "revenue": {},
    }


def test_pages_of_the_example() -> None:
    rows = ask(Breakdown(ON_MONDAY, "page"))

    assert columns(rows, "visitors", "visits", "pageviews", "entries", "exits") == {
        ("/",): (2, 3, 3, 3, 1),
        ("/pricing",): (1, 2, 2, 0, 2),
        ("/blog",): (1, 1, 1, 1, 1),
    }
    assert columns(rows, "exit_rate", "bounce_rate", "percentage") == {
        ("/",): (1 / 3, 1 / 3, 1.0),
        ("/pricing",): (1.0, None, 0.5),
        ("/blog",): (1.0, 1.0, 0.5),
    }


def test_sources_of_the_example() -> None:
    rows = ask(Breakdown(ON_MONDAY, "source"))

    assert columns(rows, "visitors", "visits") == {
        ("",): (2, 2),
        ("Google",): (1, 1),
        ("Newsletter",): (1, 1),
    }


def test_hours_of_the_example() -> None:
    rows = ask(Series(ON_MONDAY, "hour"))

    assert columns(rows, "visitors", "visits", "pageviews", "events") == {
        at(10, 0): (2, 2, 3, 1),
        at(11, 0): (0, 1, 1, 1),
        at(23, 0): (0, 1, 2, 0),
    }


def test_minutes_of_the_example() -> None:
    rows = ask(Series(ON_MONDAY, "minute"))

    assert columns(rows, "visits", "pageviews", "events") == {
        at(10, 0): (1, 1, 0),
        at(10, 2): (0, 1, 0),
        at(10, 3): (0, 0, 1),
        at(10, 10): (1, 1, 0),
        at(11, 0): (1, 1, 1),
        at(23, 50): (1, 1, 0),
        # What happens after the day belongs to its last minute.
        at(23, 59): (0, 1, 0),
    }


def test_days_weeks_and_months_of_the_example() -> None:
    asked = Asked(dt.date(2026, 4, 28), TUESDAY)

    for interval, key in (("day", MONDAY), ("week", MONDAY), ("month", dt.date(2026, 5, 1))):
        rows = ask(Series(asked, interval))
        assert columns(rows, "visitors", "visits", "pageviews") == {key: (2, 4, 6)}


def test_tuesday_of_the_example_has_nothing() -> None:
    row = ask(Totals(Asked(TUESDAY, TUESDAY)))

    assert (row["visitors"], row["visits"], row["pageviews"]) == (0, 0, 0)
    assert row["bounce_rate"] is None


def test_hours_of_the_day_of_the_example() -> None:
    rows = ask(Breakdown(ON_MONDAY, "hour_of_day"))

    # Of visits, by when they began; a visitor once, where the first began.
    assert columns(rows, "visitors", "visits", "pageviews") == {
        ("10",): (2, 2, 3),
        ("11",): (0, 1, 1),
        ("23",): (0, 1, 2),
    }


def test_pages_and_browsers_of_the_example() -> None:
    rows = ask(Cross(ON_MONDAY, "browser", "page"))

    assert columns(rows, "visitors", "pageviews") == {
        (("Safari",), ("/",)): (1, 2),
        (("Safari",), ("/pricing",)): (1, 2),
        (("Firefox",), ("/",)): (1, 1),
        (("Firefox",), ("/blog",)): (1, 1),
    }


# Visits


def test_visit_ends_after_thirty_quiet_minutes() -> None:
    gone_on = visits([ana(at(10, 0)), ana(at(10, 29, 59))])
    ended = visits([ana(at(10, 0)), ana(at(10, 30))])

    assert (len(gone_on), len(ended)) == (1, 2)


def test_visit_keeps_its_day_for_one_midnight() -> None:
    night = [ana(at(23, 50) + 1_200 * number) for number in range(74)]

    found = visits(night)

    assert [visit.day for visit in found] == [MONDAY, dt.date(2026, 5, 6)]


def test_late_hit_begins_a_visit_anew_and_does_not_end_it() -> None:
    (visit,) = visits([ana(at(10, 0), "/b"), ana(at(10, 20), "/c"), ana(at(9, 50), "/a")])

    assert (visit.entry.sent.path, visit.exit.sent.path) == ("/a", "/c")
    assert visit.seconds == 1_800


def test_attention_belongs_to_the_newest_view_of_its_page() -> None:
    messages: list[Message] = [
        ana(at(10, 0)),
        ana(at(10, 1)),
        PlainAttention(at(10, 3), ANA, engaged_seconds=90, scroll_percent=40),
        PlainAttention(at(10, 4), ANA, engaged_seconds=20, scroll_percent=10),
        ana(at(10, 5), "/pricing", engaged_seconds=0, scroll_percent=100),
    ]

    row = ask(Totals(ON_MONDAY), messages)

    # One view told nothing: means are over the others.
    assert (row["time_on_page"], row["scroll_depth"]) == (55, 70)
    assert row["visit_duration"] == 300


def test_attention_reaches_back_over_the_pause_and_extends_the_visit() -> None:
    messages: list[Message] = [
        ana(at(10, 0)),
        PlainAttention(at(11, 0), ANA, engaged_seconds=3_500),
        ana(at(11, 20), "/pricing"),
    ]

    (visit,) = visits(messages)

    assert visit.seconds == 4_800


@pytest.mark.parametrize("path", ["/pricing", "/"])
def test_attention_without_a_view_counts_for_nothing(path: str) -> None:
    messages: list[Message] = [ana(at(10, 0), "/blog"), PlainAttention(at(10, 5), ANA, path=path)]

    (visit,) = visits(messages)

    assert visit.seconds == 0


def test_page_is_called_what_was_told_last() -> None:
    messages = [ana(at(10, 0), title="Old"), ana(at(10, 1), title="New"), ben(at(10, 2))]

    rows = ask(Breakdown(ON_MONDAY, "title"), messages)

    assert columns(rows, "visitors", "pageviews") == {("New",): (2, 3)}


# Filters: visitors, visits, pageviews, events


@pytest.mark.parametrize(
    ("dimension", "operator", "values", "expected"),
    [
        ("source", "is", ("Google",), (1, 1, 2, 1)),
        ("source", "is", ("Google", "Newsletter"), (2, 2, 3, 2)),
        ("source", "is", ("",), (2, 2, 3, 0)),
        ("source", "is_not", ("",), (2, 2, 3, 2)),
        ("source", "is", ("google",), (0, 0, 0, 0)),
        ("source", "contains", ("GOO", "letter"), (2, 2, 3, 2)),
        ("source", "contains_not", ("GOO",), (2, 3, 4, 1)),
        ("browser_version", "is", ("Firefox 120",), (1, 2, 2, 1)),
        ("os_version", "is", ("Linux",), (1, 2, 2, 1)),
        ("os_version", "contains", ("s 1",), (1, 2, 4, 1)),
        ("city", "is", ("",), (2, 4, 6, 2)),
        ("entry_page", "is", ("/",), (2, 3, 5, 1)),
        ("exit_page", "is", ("/pricing",), (1, 2, 4, 1)),
        # Views of the page in visits that have one, and events on it.
        ("page", "is", ("/pricing",), (1, 2, 2, 1)),
        ("page", "is", ("/pricing", "/blog"), (2, 3, 3, 2)),
        ("page", "is_not", ("/",), (2, 3, 3, 2)),
        ("page", "contains", ("BLOG",), (1, 1, 1, 1)),
        ("hostname", "contains_not", ("shop",), (2, 4, 6, 2)),
        # All views of the visits that have the event.
        ("event", "is", ("Sign up",), (1, 1, 2, 1)),
        ("event", "is_not", ("Sign up",), (1, 1, 1, 1)),
        ("event", "contains", ("r",), (1, 1, 1, 1)),
    ],
)
def test_filter_selects_visits_and_what_is_counted_of_them(
    dimension: str, operator: str, values: tuple[str, ...], expected: tuple[int, ...]
) -> None:
    assert totals_of(PlainFilter(dimension, operator, values)) == expected


def test_all_filters_have_to_be_met() -> None:
    safari = PlainFilter("browser", "is", ("Safari",))

    assert totals_of(safari, PlainFilter("source", "is", ("",))) == (1, 1, 2, 0)
    assert totals_of(safari, PlainFilter("source", "is", ("Newsletter",))) == (0, 0, 0, 0)


def test_conditions_on_hits_have_to_be_met_by_one_hit() -> None:
    root, pricing = (PlainFilter("page", "is", (path,)) for path in ("/", "/pricing"))
    signed_up = PlainFilter("event", "is", ("Sign up",))

    assert totals_of(root, pricing) == (0, 0, 0, 0)
    # An event has a page too; the views counted are those of the page.
    assert totals_of(pricing, signed_up) == (1, 1, 1, 1)
    assert totals_of(root, signed_up) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("is", ("pro",), (1, 1)),
        ("is", ("pro", "free"), (2, 2)),
        ("is_not", ("pro",), (1, 1)),
        ("contains", ("R",), (2, 2)),
        ("contains_not", ("f",), (1, 1)),
    ],
)
def test_condition_on_a_property_is_met_by_events_that_carry_its_key(
    operator: str, values: tuple[str, ...], expected: tuple[int, int]
) -> None:
    messages: list[Message] = [
        ana(at(10, 0), event="Buy", properties=(("plan", "pro"), ("seats", "3"))),
        ben(at(10, 0), event="Buy", properties=(("plan", "free"),)),
        PlainHit(at(10, 0), 3, event="Buy"),
    ]
    filters = (PlainFilter("property[plan]", operator, values),)

    row = ask(Totals(replace(ON_MONDAY, filters=filters)), messages)

    assert (row["visits"], row["events"]) == expected


def test_events_are_split_by_what_they_carry() -> None:
    messages: list[Message] = [
        ana(at(10, 0), event="Buy", properties=(("plan", "pro"), ("seats", "3"))),
        ana(at(10, 1), event="Buy", properties=(("plan", "pro"),), revenue=("EUR", 500)),
        ben(at(10, 0), event="Look", properties=(("plan", "free"),)),
    ]

    plans = ask(Breakdown(ON_MONDAY, "property[plan]"), messages)
    keys = ask(Breakdown(ON_MONDAY, "property"), messages)

    assert columns(plans, "visitors", "events", "revenue") == {
        ("pro",): (1, 2, {"EUR": 500}),
        ("free",): (1, 1, {}),
    }
    assert columns(keys, "visitors", "events") == {("plan",): (2, 3), ("seats",): (1, 1)}


def test_visitor_of_two_selected_visits_is_one() -> None:
    assert totals_of(PlainFilter("browser", "is", ("Safari",))) == (1, 2, 4, 1)


def test_only_visits_that_began_between_two_instants_are_asked_for() -> None:
    asked = Asked(MONDAY, TUESDAY, since=at(10, 10), until=at(23, 50))

    row = ask(Totals(asked))

    assert (row["visitors"], row["visits"], row["pageviews"]) == (1, 2, 2)


# Goals, funnels and flow


def test_goals_of_the_example() -> None:
    rows = ask(Goals(ON_MONDAY, (SIGN_UP, PRICING, ROOT)))

    assert columns(rows, "visitors", "conversions", "conversion_rate") == {
        "Sign up": (1, 1, 0.5),
        "Pricing": (1, 2, 0.5),
        "Root": (2, 3, 1.0),
    }


def test_filter_by_goals_is_met_by_the_visit_and_counts_conversions() -> None:
    met = PlainFilter("goal", "is", goals=(SIGN_UP, PRICING))
    not_met = PlainFilter("goal", "is_not", goals=(SIGN_UP, PRICING))

    row = ask(Totals(replace(ON_MONDAY, filters=(met,))))

    assert totals_of(met) == (1, 2, 4, 1)
    assert totals_of(not_met) == (1, 2, 2, 1)
    assert (row["conversions"], row["conversion_rate"]) == (3, 0.5)


def test_goal_asks_for_all_of_its_properties() -> None:
    goal = PlainGoal("Pro", event="Buy", properties=(("plan", "pro"), ("seats", "3")))
    messages: list[Message] = [
        ana(at(10, 0), event="Buy", properties=(("plan", "pro"),)),
        ben(
            at(10, 0),
            event="Buy",
            properties=(("seats", "3"), ("plan", "pro")),
            revenue=("EUR", 7),
        ),
    ]

    rows = ask(Goals(ON_MONDAY, (goal,)), messages)

    assert columns(rows, "visitors", "conversions", "revenue") == {"Pro": (1, 1, {"EUR": 7})}


def test_goal_of_depth_asks_for_views_that_told() -> None:
    goal = PlainGoal("Read", path="/**", scroll_percent=50)
    messages: list[Message] = [
        ana(at(10, 0), scroll_percent=49),
        ana(at(10, 1), scroll_percent=50),
        ben(at(10, 0)),
    ]

    rows = ask(Goals(ON_MONDAY, (goal,)), messages)

    assert columns(rows, "visitors", "conversions") == {"Read": (1, 1)}


@pytest.mark.parametrize(
    ("pattern", "text", "is_met"),
    [
        ("/blog", "/blog", True),
        ("/blog", "/blog/a", False),
        ("/blog/*", "/blog/a", True),
        ("/blog/*", "/blog/a/b", False),
        ("/blog/**", "/blog/a/b", True),
        ("/*/b", "/a/b", True),
        ("**", "/", True),
    ],
)
def test_pattern_of_a_path(pattern: str, text: str, is_met: bool) -> None:
    assert is_like(text, pattern) is is_met


def test_funnel_of_the_example() -> None:
    # Ana has viewed both pages twice; she signed up once.
    assert ask(Funnel(ON_MONDAY, (ROOT, PRICING, SIGN_UP))) == [3, 2, 1]
    assert ask(Funnel(ON_MONDAY, (PRICING, ROOT))) == [2, 0]


def test_step_of_a_funnel_needs_a_later_hit() -> None:
    once = [ana(at(10, 0))]
    twice = [ana(at(10, 0)), ana(at(10, 0))]

    assert ask(Funnel(ON_MONDAY, (ROOT, ROOT)), once) == [1, 0]
    # In the same second, the one that arrived later is later.
    assert ask(Funnel(ON_MONDAY, (ROOT, ROOT)), twice) == [1, 1]


def test_funnel_goes_by_time_and_not_by_arrival() -> None:
    messages = [ana(at(10, 10), "/pricing"), ana(at(10, 0))]

    assert ask(Funnel(ON_MONDAY, (ROOT, PRICING)), messages) == [1, 1]


def test_flow_of_the_example() -> None:
    assert ask(Flow(ON_MONDAY, "/")) == {
        "previous": {None: 3},
        "next": {"/pricing": 2, None: 1},
    }
    assert ask(Flow(ON_MONDAY, "/pricing")) == {"previous": {"/": 2}, "next": {None: 2}}


def test_reload_flows_from_a_page_to_itself() -> None:
    messages = [ana(at(10, 0)), ana(at(10, 1)), ana(at(10, 1, 30), event="Sign up")]

    assert ask(Flow(ON_MONDAY, "/"), messages) == {
        "previous": {None: 1, "/": 1},
        "next": {"/": 1, None: 1},
    }


# Clocks


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", dt.date(2026, 3, 29), 23),
        ("Europe/Berlin", dt.date(2026, 10, 25), 25),
        # Midnight is skipped, and comes twice.
        ("Africa/Cairo", dt.date(2026, 4, 24), 23),
        ("America/Havana", dt.date(2026, 11, 1), 25),
        # Half an hour more: the 25th has thirty minutes.
        ("Australia/Lord_Howe", dt.date(2026, 4, 5), 25),
    ],
)
def test_day_has_as_many_hours_as_its_clocks_show(zone: str, day: dt.date, hours: int) -> None:
    noon = int(dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).timestamp())
    beginnings = range(noon - 20 * 3_600, noon + 20 * 3_600, 900)
    messages = [PlainHit(at, person) for person, at in enumerate(beginnings)]

    found = visits_of(messages, ZoneInfo(zone))
    rows = answer(Series(Asked(day, day), "hour"), found)

    assert isinstance(rows, dict)
    assert len(rows) == hours
    assert sum(row["visits"] for row in rows.values()) == sum(visit.day == day for visit in found)
