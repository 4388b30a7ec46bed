"""Questions that no index answers are put to the newest facts; those of a day or a key to all of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sites.models import Site
from visits.admin import changelist
from visits.models import Hit
from visits.tests.admin.factories import TODAY, make_hit, make_visit

HITS = "/admin/visits/hit/"
VISITS = "/admin/visits/visit/"
ONE_DAY = dt.timedelta(days=1)
SEARCHED = 3


@pytest.fixture(autouse=True)
def few_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelist, "SEARCHED_AT_MOST", SEARCHED)


@pytest.fixture
def other_site(stranger: User) -> Site:
    return Site.objects.create(owner=stranger, name="Other", domain="other.test")


@pytest.fixture
def hits(site: Site, other_site: Site) -> list[Hit]:
    """Six hits, the latest last; every second one is another site's."""
    return [
        make_hit((site, other_site)[age % 2], f"/{age}", TODAY - age * ONE_DAY)
        for age in (5, 4, 3, 2, 1, 0)
    ]


def ages(client: Client, **question: str | int) -> list[str]:
    """Return the paths of the hits that are found: they are called by their age in days."""
    return [hit.page.path for hit in client.get(HITS, question).context["cl"].result_list]


def test_list_without_a_question_reaches_back_to_the_first(
    staff_client: Client, hits: list[Hit]
) -> None:
    assert ages(staff_client) == ["/0", "/1", "/2", "/3", "/4", "/5"]
    assert "among the newest" not in staff_client.get(HITS).content.decode()


@pytest.mark.parametrize(
    "question", [{"q": "/"}, {"kind__exact": 1}, {"day__gte": "2026-01-01"}, {"q": "/", "p": 1}]
)
def test_question_without_an_index_reaches_the_newest(
    staff_client: Client, hits: list[Hit], question: dict[str, str | int]
) -> None:
    assert ages(staff_client, **question) == ["/0", "/1", "/2"]
    page = staff_client.get(HITS, question).content.decode()
    assert "3 hits among the newest 3; choose a day to look further back" in page


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"day__exact": str(TODAY - 5 * ONE_DAY)}, ["/5"]),
        ({"day__exact": str(TODAY - 5 * ONE_DAY), "q": "/5"}, ["/5"]),
        ({"day__exact": str(TODAY - 5 * ONE_DAY), "kind__exact": 1}, ["/5"]),
        ({"day__exact": str(TODAY - 5 * ONE_DAY), "q": "/4"}, []),
    ],
)
def test_day_is_found_however_long_ago(
    staff_client: Client, hits: list[Hit], question: dict[str, str | int], expected: list[str]
) -> None:
    assert ages(staff_client, **question) == expected


def test_row_is_found_by_its_key(staff_client: Client, hits: list[Hit]) -> None:
    assert ages(staff_client, id__exact=hits[0].pk) == ["/5"]


def test_site_reaches_back_over_its_own_days(
    staff_client: Client, site: Site, hits: list[Hit]
) -> None:
    for age in (6, 7):
        make_hit(site, f"/{age}", TODAY - age * ONE_DAY)

    assert ages(staff_client, site=site.pk) == ["/0", "/2", "/4", "/6", "/7"]
    assert ages(staff_client, site=site.pk, day__gte="2026-01-01") == [
        "/0", "/2", "/4", "/6", "/7",
    ]  # fmt: skip
    # Whole days, so one more than are searched.
    assert ages(staff_client, site=site.pk, q="/") == ["/0", "/2", "/4", "/6"]


def test_visits_are_cut_as_hits_are(staff_client: Client, site: Site) -> None:
    for age in range(5):
        make_visit(site, f"/{age}", TODAY - age * ONE_DAY, is_bounce=True)

    found = staff_client.get(VISITS, {"is_bounce__exact": 1}).context["cl"].result_list

    assert len(found) == SEARCHED


def test_cutting_takes_one_statement_more(staff_client: Client, hits: list[Hit]) -> None:
    counts = []
    for question in ({}, {"kind__exact": 1}):
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(HITS, question)
        counts.append(len(queries))

    assert counts[1] == counts[0] + 1
