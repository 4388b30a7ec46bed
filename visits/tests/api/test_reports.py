"""The reports of the API: the numbers of the report functions, and sentences for wrong questions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from sites.models import Site
from visits.reports.dimensions import DIMENSIONS
from visits.reports.metrics import OF_TOTALS
from visits.tests.api.conftest import Ask
from visits.tests.factory import GOOGLE, NOON, PHONE, make_hit, make_visit

# Before noon: a running day is compared up to the same time.
YESTERDAY = NOON - dt.timedelta(days=1, hours=2)


@pytest.fixture(autouse=True)
def traffic(site: Site) -> None:
    """Two visits today, one of them from Google, and one yesterday."""
    visit = make_visit(site, pageviews=("/", "/pricing"), origin=GOOGLE)
    make_hit(visit, "/pricing", event="Signup")
    make_visit(site, pageviews=("/",), equipment=PHONE)
    make_visit(site, pageviews=("/about",), started_at=YESTERDAY)


# Totals


def test_totals_say_what_was_asked_and_one_row(ask: Ask, site: Site) -> None:
    status, report = ask("totals/", period="today", metrics="visitors,bounce_rate")

    assert status == 200
    assert report == {
        "site": site.pk,
        "time_zone": "Europe/Berlin",
        "period": {
            "name": "today",
            "from": "2026-05-04",
            "to": "2026-05-04",
            "since": None,
            "until": None,
        },
        "comparison": None,
        "interval": None,
        "filters": [],
        "dimensions": [],
        "metrics": [
            {"name": "visitors", "label": "Visitors", "unit": "count"},
            {"name": "bounce_rate", "label": "Bounce rate", "unit": "rate"},
        ],
        "total_rows": 1,
        "rows": [
            {
                "key": [],
                "label": "Today",
                "values": {"visitors": 2, "bounce_rate": 0.5},
                "previous": None,
                "changes": None,
            }
        ],
    }


def test_totals_have_every_metric_of_the_last_28_days_by_default(ask: Ask) -> None:
    _, report = ask("totals/")

    assert report["period"] == {
        "name": "28d",
        "from": "2026-04-07",
        "to": "2026-05-04",
        "since": None,
        "until": None,
    }
    assert report["rows"][0]["values"] == {
        "visitors": 3,
        "visits": 3,
        "pageviews": 4,
        "events": 1,
        "views_per_visit": 4 / 3,
        "bounce_rate": 2 / 3,
        "visit_duration": 40.0,
    }


def test_totals_are_compared_with_the_days_before(ask: Ask) -> None:
    _, report = ask("totals/", period="today", compare="previous", metrics="visitors")

    assert report["comparison"] == {
        "name": "custom",
        "from": "2026-05-03",
        "to": "2026-05-03",
        "since": None,
        "until": "2026-05-03T14:00:00+02:00",
    }
    assert report["rows"][0]["values"] == {"visitors": 2}
    assert report["rows"][0]["previous"] == {"visitors": 1}
    assert report["rows"][0]["changes"] == {"visitors": 1.0}


def test_number_divided_by_nothing_is_null(ask: Ask) -> None:
    _, report = ask("totals/", **{"from": "2020-01-01", "to": "2020-01-02"})

    assert report["rows"][0]["values"]["bounce_rate"] is None
    assert report["rows"][0]["values"]["visits"] == 0


# Series


def test_series_has_a_row_for_each_day(ask: Ask) -> None:
    _, report = ask("timeseries/", period="7d", metrics="visitors,pageviews")

    assert report["interval"] == "day"
    assert [row["key"] for row in report["rows"][-2:]] == [["2026-05-03"], ["2026-05-04"]]
    assert [row["values"] for row in report["rows"][-2:]] == [
        {"visitors": 1, "pageviews": 1},
        {"visitors": 2, "pageviews": 3},
    ]
    assert report["rows"][-1]["start"] == "2026-05-04T00:00:00+02:00"
    assert report["rows"][-1]["end"] == "2026-05-05T00:00:00+02:00"
    assert report["rows"][-1]["is_partial"] is True
    assert len(report["rows"]) == report["total_rows"] == 7


def test_day_in_which_clocks_change_has_23_hours(ask: Ask) -> None:
    _, report = ask("timeseries/", **{"from": "2026-03-29", "to": "2026-03-29"})

    assert report["interval"] == "hour"
    assert len(report["rows"]) == 23


def test_series_can_be_compared(ask: Ask) -> None:
    _, report = ask("timeseries/", period="today", compare="previous", metrics="pageviews")

    before, noon = report["rows"][12], report["rows"][14]
    assert (before["values"], before["previous"]) == ({"pageviews": 0}, {"pageviews": 1})
    assert (noon["values"], noon["previous"]) == ({"pageviews": 3}, None)


@pytest.mark.parametrize(
    ("parameters", "interval", "rows"),
    [
        ({"period": "live"}, "minute", 30),
        ({"period": "24h"}, "hour", 24),
        ({"period": "24h", "interval": "minute"}, "minute", 1_440),
        ({"period": "last_month", "interval": "week"}, "week", 5),
        ({"period": "all", "interval": "day", "compare": "year"}, "day", 2),
    ],
)
def test_series_comes_in_the_interval_that_is_asked_for(
    ask: Ask, parameters: dict[str, str], interval: str, rows: int
) -> None:
    status, report = ask("timeseries/", **parameters)

    assert status == 200
    assert report["interval"] == interval
    assert len(report["rows"]) == rows


def test_interval_that_does_not_suit_is_refused_and_of_series_only(ask: Ask) -> None:
    status, body = ask("timeseries/", period="28d", interval="minute")

    assert status == 400
    assert list(body["errors"]) == ["interval"]
    assert ask("totals/", interval="day")[0] == 400


# Breakdowns


def test_breakdown_has_a_row_for_each_value(ask: Ask) -> None:
    _, report = ask("breakdown/source/", metrics="visits,pageviews")

    assert report["dimensions"] == ["source"]
    assert [(row["key"], row["label"], row["values"]) for row in report["rows"]] == [
        ([""], "Direct", {"visits": 2, "pageviews": 2}),
        (["Google"], "Google", {"visits": 1, "pageviews": 2}),
    ]


def test_breakdown_comes_in_pages_and_says_how_many_rows_there_are(ask: Ask) -> None:
    _, report = ask(
        "breakdown/page/", limit="1", offset="1", sort="-pageviews", metrics="pageviews"
    )

    assert report["total_rows"] == 3
    assert [row["label"] for row in report["rows"]] == ["/about"]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_answers(ask: Ask, dimension: str) -> None:
    status, report = ask(f"breakdown/{dimension}/", compare="previous")

    assert status == 200
    assert report["dimensions"] == [dimension]


# Wrong questions


@pytest.mark.parametrize("path", ["totals/", "timeseries/", "breakdown/page/"])
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"period": "fortnight"}, "period"),
        ({"from": "2026-13-01", "to": "2026-12-31"}, "from"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"from": "2026-01-02"}, "to"),
        ({"from": "1900-01-01", "to": "2026-01-01"}, "from"),
        ({"compare": "yesteryear"}, "compare"),
        ({"compare": "custom", "compare_to": "2026-01-01"}, "compare_from"),
        ({"compare": "year", "match_weekdays": "maybe"}, "match_weekdays"),
        ({"metrics": "visitors,nonsense"}, "metrics"),
        ({"metrics": "visitors; DROP TABLE"}, "metrics"),
        ({"perod": "7d"}, "perod"),
        ({"period": "\x00"}, "period"),
    ],
)
def test_wrong_parameter_is_named_in_a_sentence(
    ask: Ask, path: str, parameters: dict[str, str], field: str
) -> None:
    status, body = ask(path, **parameters)

    assert status == 400
    assert list(body) == ["errors"]
    assert list(body["errors"]) == [field]
    assert body["errors"][field][0].endswith(".")


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "9" * 5_000}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"offset": "1.5"}, "offset"),
        ({"sort": "path"}, "sort"),
        ({"metrics": "events"}, "metrics"),
    ],
)
def test_wrong_page_is_named_in_a_sentence(
    ask: Ask, parameters: dict[str, str], field: str
) -> None:
    status, body = ask("breakdown/page/", **parameters)

    assert status == 400
    assert list(body["errors"]) == [field]
    assert len(body["errors"][field][0]) < 200


def test_unknown_dimension_is_answered_with_the_known_ones(ask: Ask) -> None:
    status, body = ask("breakdown/colour/")

    assert status == 400
    for name in DIMENSIONS:
        assert name in body["errors"]["dimension"][0]


@pytest.mark.parametrize("path", ["totals/", "timeseries/"])
def test_page_of_rows_is_for_breakdowns_only(ask: Ask, path: str) -> None:
    assert ask(path, limit="5")[0] == 400


def test_far_page_is_empty(ask: Ask) -> None:
    status, report = ask("breakdown/page/", offset=str(10**9))

    assert (status, report["rows"], report["total_rows"]) == (200, [], 3)


# Cost


@pytest.mark.parametrize(
    ("path", "queries"),
    # Session, user and site; then, for both periods, what is known of their days, and the report's own.
    [("totals/", 9), ("timeseries/", 9), ("breakdown/source/", 9), ("breakdown/page/", 10)],
)
def test_report_takes_few_queries(
    path: str,
    queries: int,
    owner_client: Client,
    site: Site,
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(queries):
        owner_client.get(f"/api/v1/sites/{site.pk}/{path}", {"compare": "previous"})


def test_all_metrics_can_be_asked_at_once(ask: Ask) -> None:
    # Conversions need a goal to be filtered by.
    metrics = [name for name in OF_TOTALS if not name.startswith("conversion")]

    status, report = ask("timeseries/", period="today", metrics=",".join(metrics))

    assert status == 200
    assert list(report["rows"][0]["values"]) == metrics
