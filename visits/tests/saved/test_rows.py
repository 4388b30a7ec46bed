"""In which order rows stand, and which rows there are."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from sites.models import Site
from visits.models import Goal
from visits.reports.exceptions import InvalidQuery
from visits.saved import rows
from visits.tests.factory import NOON, make_visit
from visits.tests.saved.making import ask, labels

pytestmark = pytest.mark.django_db

LAST_WEEK = NOON - dt.timedelta(days=8)


@pytest.fixture
def sites(owner: User) -> list[Site]:
    """Sites with so many visitors this week and the week before: 3 of 1, 2 of 4, 1 of 0, 0 of 2, 0 of 0."""
    weeks = {"Grown": (3, 1), "Halved": (2, 4), "New": (1, 0), "Gone": (0, 2), "Quiet": (0, 0)}
    found = []
    for name, (now, before) in weeks.items():
        site = Site.objects.create(owner=owner, name=name, domain=f"{name.lower()}.example.com")
        for started_at, count in ((NOON, now), (LAST_WEEK, before)):
            for _number in range(count):
                make_visit(site, started_at=started_at, pageviews=(f"/{name}",))
        found.append(site)
    return found


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Grown", "Halved", "New", "Gone", "Quiet"]),
        ("visitors", ["Gone", "Quiet", "New", "Halved", "Grown"]),
        # What was nothing before has grown beyond all measure; of nothing and nothing there is no change.
        ("-change", ["New", "Grown", "Halved", "Gone", "Quiet"]),
        ("change", ["Gone", "Halved", "Grown", "New", "Quiet"]),
        ("-difference", ["Grown", "New", "Quiet", "Gone", "Halved"]),
        ("difference", ["Gone", "Halved", "Quiet", "New", "Grown"]),
        ("name", ["Gone", "Grown", "Halved", "New", "Quiet"]),
        ("-name", ["Quiet", "New", "Halved", "Grown", "Gone"]),
    ],
)
def test_sites_stand_in_the_order_of_the_report(
    sort: str, expected: list[str], sites: list[Site]
) -> None:
    assert labels(ask(period="7d", sort=sort)) == expected


def test_pages_that_nobody_views_any_more_count_as_fallen(sites: list[Site]) -> None:
    answer = ask(dimension="page", metrics=["visitors"], period="7d", sort="change")

    assert labels(answer) == ["/Gone", "/Halved", "/Grown", "/New"]


def test_first_rows_are_shown_of_all(sites: list[Site]) -> None:
    answer = ask(period="7d", limit=2)

    assert labels(answer) == ["Grown", "Halved"]
    assert (answer.table.total_rows, answer.table.is_complete) == (5, False)


def test_difference_has_a_column_with_its_sign(sites: list[Site]) -> None:
    answer = ask(metrics=["visitors"], period="7d", sort="difference")

    [place] = [n for n, column in enumerate(answer.table.columns) if column.name == "difference"]
    shown = [row[place] for row in answer.table.texts()]
    assert shown == ["\N{MINUS SIGN}2", "\N{MINUS SIGN}2", "0", "+1", "+2"]


def test_days_stand_from_the_first_on_and_are_compared_with_nothing(sites: list[Site]) -> None:
    answer = ask(dimension="day", period="28d")

    assert [row.key for row in answer.table.result.rows] == [("2026-04-26",), ("2026-05-04",)]
    assert answer.comparison_words == ""


def test_report_without_dimension_is_a_row_of_totals(sites: list[Site]) -> None:
    answer = ask(dimension="", period="7d")

    assert list(answer.table.texts()) == [
        ("Last 7 days", "6", "7", "↓14\N{NO-BREAK SPACE}%", "6", "↓14\N{NO-BREAK SPACE}%")
    ]


def test_two_sites_of_one_name_and_domain_stay_two(owner: User, staff: User) -> None:
    for person, visits in ((owner, 1), (staff, 2)):
        site = Site.objects.create(owner=person, name="Twin", domain="twin.example.com")
        for _number in range(visits):
            make_visit(site)

    answer = ask(metrics=["visits"])

    assert [row.values for row in answer.table.result.rows] == [(2,), (1,)]
    assert [row[:3] for row in answer.table.as_file().rows] == [
        ("twin.example.com", "Twin", 2),
        ("twin.example.com", "Twin", 1),
    ]


def test_new_name_of_a_site_is_the_one_shown(site: Site) -> None:
    make_visit(site)
    ask()
    Site.objects.filter(pk=site.pk).update(name="Renamed")

    assert labels(ask(name="Again")) == ["Renamed"]


def test_goals_of_all_sites_are_one_by_name(sites: list[Site]) -> None:
    for site in sites[:2]:
        Goal.objects.create(site=site, name="Seen", kind="page", page_pattern=f"/{site.name}")

    answer = ask(dimension="goal", metrics=["conversions"], period="7d")

    assert [(row.label, row.values) for row in answer.table.result.rows] == [("Seen", (5,))]


def test_changes_cannot_be_sorted_by_without_a_comparison(site: Site) -> None:
    with pytest.raises(InvalidQuery):
        ask(comparison="", sort="-change")


def test_order_of_all_rows_is_for_so_many_rows(
    sites: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of this week and the week before are six, of which a page has both weeks' numbers."""
    monkeypatch.setattr(rows, "ROWS_PUT_IN_ORDER", 5)

    with pytest.raises(InvalidQuery, match="more than 5 rows"):
        ask(dimension="page", metrics=["visitors"], period="7d", sort="-difference")

    by_column = ask(name="By column", dimension="page", metrics=["visitors"], period="7d", sort="")
    assert by_column.table.total_rows == 3
