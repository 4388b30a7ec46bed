"""What a person chose, and the links that choose something else."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from sites.models import Site
from visits.dashboard.choice import Choice
from visits.dashboard.filters.chips import chips, clearing, row_filter
from visits.dashboard.report import SiteReport
from visits.dashboard.report_bar import ComparisonMenu, ReportBar, report_bar
from visits.dashboard.scope import Scope
from visits.models import Segment
from visits.reports.exceptions import InvalidQuery

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 5, 4, 14, 20, tzinfo=BERLIN)


SITE = Site(name="Example", time_zone="Europe/Berlin")


def choice(query: str = "", site: Site = SITE) -> Choice:
    return Choice.parse(QueryDict(query), site, NOW)


def bar(query: str = "", site: Site = SITE) -> ReportBar:
    return report_bar(site, [], 0, choice(query, site), NOW)


def comparison(query: str = "", site: Site = SITE) -> ComparisonMenu:
    menu = bar(query, site).comparison
    assert menu
    return menu


@pytest.mark.parametrize(
    ("query", "shortest"),
    [
        ("", "?period=28d"),
        ("period=28d&compare=previous&interval=day", "?period=28d"),
        ("period=7d&interval=hour", "?period=7d&interval=hour"),
        ("compare=none", "?period=28d&compare=none"),
        ("match_weekdays=on", "?period=28d&compare=previous&match_weekdays=1"),
        (
            "period=24h&compare_from=2026-01-01&compare_to=2026-01-02",
            "?period=24h&compare=custom&compare_from=2026-01-01&compare_to=2026-01-02",
        ),
    ],
)
def test_choice_is_written_as_shortly_as_possible(query: str, shortest: str) -> None:
    assert choice(query).query() == shortest
    assert choice(shortest[1:]) == choice(query)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=7d&interval=minute", "interval"),
        ("compare=yesteryear", "compare"),
        ("compare=custom&compare_from=2026-01-01", "compare_to"),
    ],
)
def test_wrong_choice_is_named(query: str, field: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        choice(query)

    assert refused.value.field == field


def test_other_periods_keep_the_interval_where_it_suits_them() -> None:
    urls = {link.label: link.url for link in bar("period=7d&interval=hour").period.links}

    assert urls["Today"] == "?period=today"
    assert urls["Last 28 days"] == "?period=28d"
    assert urls["Last 91 days"] == "?period=91d"


def test_every_named_period_has_a_link() -> None:
    links = bar("period=24h").period.links

    assert [link.label for link in links if link.is_chosen] == ["Last 24 hours"]
    assert {link.url for link in links} >= {"?period=live", "?period=last_month", "?period=all"}


@pytest.mark.parametrize("name", ["live", "24h", "all"])
def test_period_without_neighbours_has_no_steps(site: Site, name: str) -> None:
    shown = bar(f"period={name}", site).period

    assert (shown.previous, shown.next) == (None, None)


def test_steps_keep_comparison_and_interval() -> None:
    step = bar("period=month&interval=week&compare=year").period.previous

    assert step
    assert step.label == "Last month"
    assert step.url == "?period=last_month&interval=week&compare=year"


def test_comparisons_are_offered_with_a_switch_for_weekdays() -> None:
    shown = comparison("period=7d&compare=year&match_weekdays=1")

    assert shown.label == "Year before"
    assert [(link.label, link.url, link.is_chosen) for link in shown.links] == [
        ("Previous period", "?period=7d&compare=previous&match_weekdays=1", False),
        ("Year before", "?period=7d&compare=year&match_weekdays=1", True),
        ("No comparison", "?period=7d&compare=none", False),
        ("Match weekdays", "?period=7d&compare=year", True),
    ]


def test_link_to_a_comparison_says_all_that_it_chooses() -> None:
    previous, year, *_ = comparison("compare=year").links

    assert previous.chosen == "compare=&match_weekdays=&compare_from=&compare_to="
    assert year.chosen == "compare=year&match_weekdays=&compare_from=&compare_to="


def test_all_time_has_nothing_to_compare_with(site: Site) -> None:
    assert bar("period=all", site).comparison is None


def test_days_compared_with_all_time_can_be_taken_away(site: Site) -> None:
    shown = comparison("period=all&compare_from=2026-01-01&compare_to=2026-01-31", site)

    assert shown.label == "Jan 2026"
    assert [link.url for link in shown.links] == ["?period=all&compare=none"]


def test_form_for_other_days_begins_with_those_compared_now() -> None:
    days = comparison("period=7d&filter=browser:is:Chrome&filter=os:is:Linux").days

    assert (days.first, days.last) == ("2026-04-21", "2026-04-27")
    assert days.kept == (
        ("period", "7d"),
        ("filter", "browser:is:Chrome"),
        ("filter", "os:is:Linux"),
    )


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("period=live", []),
        ("period=today", ["Minute", "Hour*", "Day"]),
        ("period=24h&interval=minute", ["Minute*", "Hour"]),
        ("period=7d", ["Hour", "Day*", "Week"]),
        ("period=28d", ["Day*", "Week", "Month"]),
        ("period=28d&interval=hour", ["Hour*", "Day", "Week", "Month"]),
        ("period=year&interval=week", ["Day", "Week*", "Month"]),
    ],
)
def test_intervals_of_the_period_are_offered(query: str, shown: list[str]) -> None:
    links = SiteReport(Scope(SITE, is_own=True), choice(query), NOW).intervals()

    assert [f"{link.label}{'*' * link.is_chosen}" for link in links] == shown


# Filters


def test_filters_stay_in_their_order_in_every_link() -> None:
    query = "period=28d&filter=os%3Ais%3ALinux&filter=browser%3Ais%3AChrome%7CEdge"
    chosen = choice(f"metric=visits&{query}&pages=title")

    assert chosen.query() == f"?{query}&metric=visits&pages=title"
    assert chosen.with_metric("visitors").query() == f"?{query}&pages=title"
    assert choice(f"{query}&{query}") == choice(query)
    assert bar(query).period.links[0].url == f"?{query.replace('28d', 'live')}"


def test_chip_leads_to_the_report_without_its_filter() -> None:
    shown = chips(choice("filter=os:is:Linux&period=7d&filter=page:contains:/docs"))

    assert [(chip.words, chip.removal.url) for chip in shown] == [
        ("System is Linux", "?period=7d&filter=page%3Acontains%3A%2Fdocs"),
        ("Page contains /docs", "?period=7d&filter=os%3Ais%3ALinux"),
    ]
    assert shown[0].removal.chosen == "segment=&filter=page%3Acontains%3A%2Fdocs"


def test_marks_that_turn_a_line_around_are_written_out_in_chips() -> None:
    [chip] = chips(choice("filter=page:is:/%E2%80%AEgnp.exe"))

    assert chip.words == "Page is /%E2%80%AEgnp.exe"


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("", None),
        ("filter=os:is:Linux", None),
        ("period=7d&filter=os:is:Linux&filter=browser:is:Edge", "?period=7d"),
    ],
)
def test_many_filters_are_cleared_at_once(query: str, url: str | None) -> None:
    link = clearing(choice(query))

    assert (link.url if link else None) == url


def test_row_adds_its_value_to_the_filters_and_takes_it_away() -> None:
    added = row_filter(choice("filter=os:is:Linux"), "country", "DE", "Germany")
    removed = row_filter(choice("filter=country:is:DE"), "country", "DE", "Germany")

    assert added
    assert added.label == "Filter by Germany"
    assert added.url == "?period=28d&filter=os%3Ais%3ALinux&filter=country%3Ais%3ADE"
    assert removed
    assert (removed.label, removed.url) == ("Do not filter by Germany", "?period=28d")


def test_row_is_no_link_where_its_filter_would_be_refused() -> None:
    full = choice("&".join(f"filter=page:is:/{number}" for number in range(20)))

    assert row_filter(full, "country", "DE", "Germany") is None
    assert row_filter(choice(), "event", "long" * 200, "long") is None


def test_segments_and_filters_together_are_not_too_many(site: Site) -> None:
    filters = [{"dimension": "os", "operator": "is", "values": ["Linux"]}] * 10
    segment = Segment.objects.create(site=site, name="Linux", filters=filters)
    rest = "&".join(f"filter=page:is:/{number}" for number in range(11))

    with pytest.raises(InvalidQuery) as refused:
        choice(f"segment={segment.pk}&{rest}", site)

    assert refused.value.sentence == "Use 20 filters at most."


def test_segment_is_one_chip_that_tells_its_filters(site: Site) -> None:
    filters = [
        {"dimension": "os", "operator": "is", "values": ["Linux"]},
        {"dimension": "country", "operator": "is_not", "values": ["DE"]},
    ]
    segment = Segment.objects.create(site=site, name="Abroad", filters=filters)
    query = f"segment={segment.pk}&filter=browser%3Ais%3AEdge"

    chosen = choice(query, site)

    shown, _ = chips(chosen)
    assert (shown.words, shown.title) == (
        "Segment Abroad",
        "System is Linux, Country is not Germany",
    )
    assert shown.removal.url == "?period=28d&filter=browser%3Ais%3AEdge"
    assert chosen.query() == f"?period=28d&{query}"
    assert len(chosen.all_filters) == 3


@pytest.mark.parametrize(
    ("query", "names", "chosen"),
    [
        ("sources=channel", ("sources",), "sources=channel"),
        ("sources=source", ("sources",), "sources="),
        ("period=28d", ("period", "from", "to"), "period=28d&from=&to="),
        ("period=7d&interval=hour", ("period", "interval"), "period=7d&interval=hour"),
        (
            "filter=os:is:A&filter=os:is:B",
            ("segment", "filter"),
            "segment=&filter=os%3Ais%3AA&filter=os%3Ais%3AB",
        ),
    ],
)
def test_link_says_what_it_chooses(query: str, names: tuple[str, ...], chosen: str) -> None:
    assert choice(query).chosen(*names) == chosen
