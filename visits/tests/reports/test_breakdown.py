"""Metrics by the values of a dimension."""

from __future__ import annotations

import datetime as dt

import pytest

from sites.models import Site
from visits.models import Channel
from visits.reports.breakdown import breakdown
from visits.reports.dimensions import DIMENSIONS
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Report
from visits.tests.factory import (
    GOOGLE,
    MINUTE,
    NOON,
    NOWHERE,
    PHONE,
    Origin,
    Place,
    make_hit,
    make_visit,
)

TODAY = NOON.date()
HOUR = dt.timedelta(hours=1)


def query(site: Site) -> ReportQuery:
    return ReportQuery((site,), Period.of("7d", TODAY))


def table(report: Report) -> list[tuple[object, ...]]:
    return [(row.label, *row.values) for row in report.rows]


def test_pages_count_views_and_the_people_who_saw_them(site: Site) -> None:
    make_visit(site, visitor=1, pageviews=["/", "/a", "/"])
    make_visit(site, visitor=1, started_at=NOON + HOUR, pageviews=["/"])
    make_visit(site, visitor=2, pageviews=["/"])

    assert table(breakdown(query(site), "page")) == [("/", 2, 4), ("/a", 1, 1)]


def test_visitor_of_a_path_on_two_hosts_is_one_visitor(site: Site) -> None:
    make_visit(site, visitor=1, pageviews=["/", "//www.example.com/", "/a"])
    make_visit(site, visitor=2, pageviews=["//www.example.com/"])

    assert table(breakdown(query(site), "page")) == [("/", 2, 3), ("/a", 1, 1)]
    assert table(breakdown(query(site), "hostname")) == [
        ("www.example.com", 2, 2),
        ("example.com", 1, 2),
    ]


def test_visitor_who_comes_twice_from_a_source_is_one_visitor(site: Site) -> None:
    german = Origin("Google", Channel.ORGANIC_SEARCH, "google.de")
    make_visit(site, visitor=1, origin=GOOGLE)
    make_visit(site, visitor=1, started_at=NOON + HOUR, origin=german)
    make_visit(site, visitor=1, started_at=NOON + 2 * HOUR)

    assert table(breakdown(query(site), "source")) == [("Direct", 1, 1), ("Google", 1, 2)]
    assert table(breakdown(query(site), "channel")) == [
        ("Direct", 1, 1),
        ("Organic search", 1, 2),
    ]
    assert table(breakdown(query(site), "referrer", ["visits"])) == [
        ("No referrer", 1),
        ("google.com", 1),
        ("google.de", 1),
    ]


def test_clients_of_one_name_are_one_row(site: Site) -> None:
    make_visit(site)
    make_visit(site, equipment=PHONE)
    make_visit(site, equipment=PHONE)

    report = breakdown(query(site), "browser_version", ["visitors", "bounce_rate"])

    assert table(report) == [("Safari 17", 2, 1.0), ("Firefox 120", 1, 1.0)]
    assert [row.key for row in report.rows] == [("Safari", "17"), ("Firefox", "120")]
    assert table(breakdown(query(site), "device", ["visits"])) == [("Mobile", 2), ("Desktop", 1)]


def test_towns_of_one_name_in_two_countries_are_two_rows(site: Site) -> None:
    make_visit(site)
    make_visit(site, place=Place("US", "New Hampshire", "Berlin"))
    make_visit(site, place=NOWHERE)

    cities = breakdown(query(site), "city", ["visits"])
    countries = breakdown(query(site), "country", ["visits"])

    assert [(row.label, row.country) for row in cities.rows] == [
        ("Unknown", ""),
        ("Berlin", "DE"),
        ("Berlin", "US"),
    ]
    assert [(row.label, row.country) for row in countries.rows] == [
        ("Unknown", ""),
        ("Germany", "DE"),
        ("United States", "US"),
    ]


def test_visits_without_a_campaign_are_no_campaign(site: Site) -> None:
    make_visit(site)
    make_visit(site, origin=Origin(utm_source="mail", utm_campaign="spring"))
    make_visit(site, origin=Origin(utm_source="mail", utm_campaign="summer"))

    assert table(breakdown(query(site), "utm_source")) == [("mail", 2, 2)]
    assert table(breakdown(query(site), "utm_term")) == []
    assert breakdown(query(site), "utm_term").total_rows == 0


def test_events_count_how_often_and_by_how_many(site: Site) -> None:
    visit = make_visit(site)
    for number in range(3):
        make_hit(visit, event="Download", at=NOON + number * MINUTE)
    make_hit(make_visit(site), event="Download")
    make_hit(visit, event="Sign up")

    assert table(breakdown(query(site), "event")) == [("Download", 2, 4), ("Sign up", 1, 1)]


def test_rows_are_sorted_and_paged(site: Site) -> None:
    make_visit(site, pageviews=["/a", "/a", "/a"])
    make_visit(site, pageviews=["/b"])
    make_visit(site, pageviews=["/b"])
    make_visit(site, pageviews=["/c"])

    def labels(**page: object) -> list[str]:
        return [row.label for row in breakdown(query(site), "page", **page).rows]  # type: ignore[arg-type]

    assert labels() == ["/b", "/a", "/c"]
    assert labels(sort="-pageviews") == ["/a", "/b", "/c"]
    assert labels(sort="visitors") == ["/a", "/c", "/b"]
    assert labels(limit=1, offset=1) == ["/a"]
    assert labels(offset=9) == []
    assert breakdown(query(site), "page", limit=1).total_rows == 3


def test_undefined_values_come_last_whichever_way(site: Site) -> None:
    make_visit(site, pageviews=[], origin=GOOGLE)
    make_visit(site)

    for sort in ("visit_duration", "-visit_duration"):
        report = breakdown(query(site), "source", ["visit_duration"], sort=sort)
        assert [row.label for row in report.rows] == ["Direct", "Google"]


def test_comparison_finds_the_same_value_again(site: Site) -> None:
    make_visit(site, started_at=NOON - 7 * dt.timedelta(days=1))
    make_visit(site)
    make_visit(site, equipment=PHONE)
    week = Period.of("7d", TODAY)

    report = breakdown(
        ReportQuery((site,), week, week.previous(TODAY)), "browser", ["visits", "bounce_rate"]
    )

    assert [(row.label, row.previous) for row in report.rows] == [
        ("Firefox", (1, 1.0)),
        ("Safari", (0, None)),
    ]


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_splits_nothing_into_nothing(site: Site, name: str) -> None:
    metrics = [each for each in DIMENSIONS[name].metrics if not each.startswith("conver")]

    report = breakdown(query(site), name, metrics)

    assert (report.rows, report.total_rows) == ((), 0)


@pytest.mark.parametrize(
    ("arguments", "field", "sentence"),
    [
        ({"dimension": "password"}, "dimension", "“password” is not a dimension"),
        ({"metrics": ["hits"]}, "metrics", "“hits” is not a metric"),
        ({"metrics": ["events"]}, "metrics", "Events cannot be split by page."),
        ({"metrics": ["conversions"], "dimension": "source"}, "metrics", "filter by one"),
        ({"second": "goal"}, "dimension", "Goals cannot be combined"),
        ({"search": "a" * 101}, "search", "100 characters at most"),
        ({"metrics": []}, "metrics", "Choose one metric or more."),
        ({"sort": "events"}, "sort", "“events” is not a column here."),
        ({"sort": ""}, "sort", "Sort by visitors, pageviews, name."),
        ({"sort": "--visitors"}, "sort", "is not a column here"),
        ({"limit": 0}, "limit", "Choose 1 to 1,000 rows."),
        ({"limit": 1_001}, "limit", "Choose 1 to 1,000 rows."),
        ({"offset": -1}, "offset", "Rows are counted from 0."),
    ],
)
def test_nonsense_is_answered_with_its_field_and_a_sentence(
    site: Site, arguments: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidQuery) as refused:
        breakdown(query(site), **{"dimension": "page", **arguments})  # type: ignore[arg-type]

    assert refused.value.field == field
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "pair", [("page", "page"), ("property", "property"), ("property[a]", "property[b]")]
)
def test_what_no_hit_has_twice_cannot_be_combined(site: Site, pair: tuple[str, str]) -> None:
    with pytest.raises(InvalidQuery, match="another kind"):
        breakdown(query(site), pair[0], second=pair[1])


@pytest.mark.parametrize(
    "name", ["property[\x00]", "property[]", f"property[{'a' * 101}]", "page[a]", "]"]
)
def test_wrong_names_are_told_in_a_sentence(site: Site, name: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        breakdown(query(site), name)

    assert refused.value.field == "dimension"
