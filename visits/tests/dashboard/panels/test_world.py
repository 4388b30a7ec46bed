"""The map of the world above the countries, and what is shown within one."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from sites.models import Site
from visits.dashboard.panels.world import class_bounds
from visits.tests.dashboard.pages import part, report_url
from visits.tests.factory import NOWHERE, Place, make_visit

PANEL = "panel-places"
PER_CENT = "\N{NO-BREAK SPACE}%"
ROME = Place("IT", "Lazio", "Rome")
NICE = Place("FR", "Provence", "Nice")


def visit_from(site: Site, place: Place, times: int = 1) -> None:
    for _ in range(times):
        make_visit(site, started_at=timezone.now(), place=place)


def ask(client: Client, site: Site, *filters: str, **parameters: str) -> Any:
    query = urlencode([*parameters.items(), *(("filter", text) for text in filters)])
    return part(client, site, f"?{query}", PANEL).context["panel"]


def chosen_tab(panel: Any) -> str:
    return next(tab.label for tab in panel.tabs if tab.is_chosen)


# Classes


@pytest.mark.parametrize(
    ("visitors", "bounds"),
    [
        ([], ()),
        ([1], (1,)),
        ([2, 1], (1, 2)),
        ([9, 3, 1], (1, 2, 4, 6)),
        ([100], (1, 3, 6, 20, 40)),
        ([12_431, 5], (1, 7, 40, 300, 2_000)),
        ([1_000_000], (1, 20, 300, 4_000, 60_000)),
    ],
)
def test_each_class_reaches_further_than_the_one_before(
    visitors: list[int], bounds: tuple[int, ...]
) -> None:
    assert class_bounds(visitors) == bounds


def test_there_are_five_classes_at_most_and_the_largest_number_is_in_the_last() -> None:
    for largest in (*range(1, 300), 10**4, 10**6, 10**9):
        bounds = class_bounds([largest])

        assert 1 <= len(bounds) <= 5
        assert bounds[0] == 1
        assert bounds[-1] <= largest
        assert list(bounds) == sorted(set(bounds))


# The map


def test_map_has_the_countries_with_visitors_in_classes(signed_in: Client, site: Site) -> None:
    visit_from(site, ROME, 9)
    visit_from(site, NICE)

    world = ask(signed_in, site).world

    assert [(each.code, each.level, each.words) for each in world.countries] == [
        ("IT", 5, f"Italy: 9 visitors, 90{PER_CENT}"),
        ("FR", 2, f"France: 1 visitor, 10{PER_CENT}"),
    ]
    assert [(each.level, each.words) for each in world.classes] == [
        (2, "1"),
        (3, "2 to 3"),
        (4, "4 to 5"),
        (5, "6 or more"),
    ]


def test_country_leads_to_the_report_filtered_by_it(signed_in: Client, site: Site) -> None:
    visit_from(site, ROME)
    visit_from(site, NICE)

    [country, _] = ask(signed_in, site, period="7d").world.countries
    filtered = signed_in.get(report_url(site, country.filter.url))

    assert [chip.words for chip in filtered.context["chips"]] == ["Country is France"]


def test_map_shows_all_countries_and_the_list_the_first(signed_in: Client, site: Site) -> None:
    codes = ("DE", "FR", "IT", "ES", "PT", "GB", "US")
    for number, code in enumerate(codes):
        visit_from(site, Place(code, "", ""), len(codes) - number)

    panel = ask(signed_in, site)

    assert [each.code for each in panel.world.countries] == list(codes)
    assert len(panel.rows) == 7
    assert panel.rows[0].share == f"25{PER_CENT}"


def test_what_has_no_shape_is_in_the_list_alone(signed_in: Client, site: Site) -> None:
    visit_from(site, Place("AQ", "", ""), 2)
    visit_from(site, NOWHERE)

    panel = ask(signed_in, site)

    assert panel.world.countries == []
    assert [row.label for row in panel.rows] == ["Antarctica", "Unknown"]


def test_shapes_are_in_a_file_of_their_own(signed_in: Client, site: Site) -> None:
    visit_from(site, ROME)

    html = part(signed_in, site, "", PANEL).content.decode()

    assert re.findall(r'href="[^"]*world[^"]*\.svg#(\w+)"', html) == ["land", "IT"]
    assert '<span class="visually-hidden">Italy: 1 visitor' in html


def test_land_is_there_before_the_numbers(signed_in: Client, site: Site) -> None:
    visit_from(site, ROME)

    html = signed_in.get(report_url(site)).content.decode()

    assert html.count("world.svg#land") == 1
    assert "Skip the map" not in html


def test_other_lists_of_places_have_no_map(signed_in: Client, site: Site) -> None:
    visit_from(site, ROME)

    assert ask(signed_in, site, places="city").world is None


@pytest.mark.parametrize("text", ["<b>x</b>", 'x" onload="alert(1)', "DE#land"])
def test_codes_that_are_none_are_not_drawn(signed_in: Client, site: Site, text: str) -> None:
    visit_from(site, Place(text[:2], text, text))

    html = part(signed_in, site, "", PANEL).content.decode()

    assert "<b>x" not in html
    assert 'onload="' not in html


# Within a country


@pytest.mark.parametrize(
    ("filters", "tab", "rows"),
    [
        ([], "Countries", ["Italy", "France"]),
        (["country:is:IT"], "Regions", ["Lazio"]),
        (["country:is:IT", "region:is:IT/Lazio"], "Cities", ["Rome"]),
        (["country:is:IT|FR"], "Countries", ["Italy", "France"]),
        (["country:is_not:FR"], "Countries", ["Italy"]),
        (["browser:is:Firefox"], "Countries", ["Italy", "France"]),
    ],
)
def test_within_a_country_its_regions_are_shown(
    signed_in: Client, site: Site, filters: list[str], tab: str, rows: list[str]
) -> None:
    visit_from(site, ROME, 2)
    visit_from(site, NICE)

    panel = ask(signed_in, site, *filters)

    assert chosen_tab(panel) == tab
    assert [row.label for row in panel.rows] == rows


def test_countries_can_be_chosen_within_a_country(signed_in: Client, site: Site) -> None:
    visit_from(site, ROME)

    panel = ask(signed_in, site, "country:is:IT", period="7d")
    countries = panel.tabs[0]

    assert countries.chosen == "places=country"
    back = ask(signed_in, site, "country:is:IT", places="country")
    assert chosen_tab(back) == "Countries"
    assert "places" not in back.rows[0].filter.url


def test_map_takes_no_statement_of_its_own(
    signed_in: Client, site: Site, django_assert_max_num_queries: Any
) -> None:
    visit_from(site, ROME)
    visit_from(site, NICE)

    with django_assert_max_num_queries(8):
        part(signed_in, site, "", PANEL)
