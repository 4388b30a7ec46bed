"""The notes of a site: listed, added, changed, deleted, and shown on its report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.report import SiteReport
from visits.dashboard.scope import Scope
from visits.models import Annotation
from visits.tests.factory import NOON, make_visit
from visits.tests.named import make_annotation

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e'
PAGES = ("site_annotations", "site_annotation_add")
PAGES_OF_ONE = ("site_annotation", "site_annotation_delete")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def list_url(site: Site) -> str:
    return reverse("site_annotations", args=[site.pk])


@pytest.fixture
def add_url(site: Site) -> str:
    return reverse("site_annotation_add", args=[site.pk])


def url_of(annotation: Annotation, page: str = "site_annotation") -> str:
    return reverse(page, args=[annotation.site_id, annotation.pk])


# The list


def test_list_begins_with_the_newest_day(signed_in: Client, site: Site, list_url: str) -> None:
    for day in (3, 1, 2):
        make_annotation(site, f"Note {day}", dt.date(2026, 5, day))

    rows = signed_in.get(list_url).context["rows"]

    assert [(row.text, row.day) for row in rows] == [
        ("Note 3", "Sun 3 May 2026"),
        ("Note 2", "Sat 2 May 2026"),
        ("Note 1", "Fri 1 May 2026"),
    ]
    report = f"{reverse('site_report', args=[site.pk])}?period=custom&from=2026-05-03&to=2026-05-03"
    assert rows[0].report_url == report


def test_list_without_notes_says_what_they_are_for(signed_in: Client, list_url: str) -> None:
    assert "No notes yet" in signed_in.get(list_url).content.decode()


def test_long_list_has_pages_and_takes_as_few_statements(
    signed_in: Client,
    site: Site,
    list_url: str,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    monkeypatch.setattr("visits.dashboard.annotations.views.ANNOTATIONS_PER_PAGE", 2)
    for day in range(1, 6):
        make_annotation(site, f"Note {day}", dt.date(2026, 5, day))

    # Session, user and site; how many, and those of the page.
    with django_assert_num_queries(6):
        page = signed_in.get(f"{list_url}?page=2")

    assert [row.text for row in page.context["rows"]] == ["Note 3", "Note 2"]
    assert page.context["pages"].count == 3


def test_wrong_page_of_the_list_is_the_first(signed_in: Client, list_url: str) -> None:
    assert signed_in.get(f"{list_url}?page=last").status_code == 400


def test_full_list_offers_no_further_note(
    signed_in: Client, site: Site, list_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visits.dashboard.annotations.views.ANNOTATIONS_AT_MOST", 1)
    make_annotation(site)

    page = signed_in.get(list_url).content.decode()

    assert "as many notes as a site can have" in page
    assert "Add a note" not in page


# Adding and changing


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("", "2026-05-04"),
        ("?day=2026-04-01", "2026-04-01"),
        ("?day=yesterday", "2026-05-04"),
        ("?day=2026-02-31&report=%00", "2026-05-04"),
    ],
)
def test_form_begins_with_the_day_of_its_link(
    signed_in: Client, add_url: str, query: str, day: str
) -> None:
    page = signed_in.get(add_url + query).content.decode()

    assert f'value="{day}"' in page


def test_note_is_stored_with_its_author(
    signed_in: Client, owner: User, add_url: str, list_url: str
) -> None:
    answer = signed_in.post(add_url, {"day": "2026-05-01", "text": " Newsletter sent "})

    assert answer["Location"] == list_url
    stored = Annotation.objects.get()
    assert (stored.day, stored.text) == (dt.date(2026, 5, 1), "Newsletter sent")
    assert stored.written_by == owner


def test_note_from_a_report_leads_back_to_it(signed_in: Client, site: Site, add_url: str) -> None:
    query = "period=7d&filter=page%3Ais%3A%2Fa%26b&filter=browser%3Ais%3AEdge"
    report = reverse("site_report", args=[site.pk])

    page = signed_in.get(add_url, {"day": "2026-05-01", "report": query})
    answer = signed_in.post(add_url, {"day": "2026-05-01", "text": "Sale", "report": query})

    assert page.context["back_url"] == f"{report}?{query}"
    assert answer["Location"] == f"{report}?{query}"


@pytest.mark.parametrize("report", ["//evil.example/", "https://evil.example", "\r\nX: y", "a\\b"])
def test_way_back_never_leaves_the_report(
    signed_in: Client, site: Site, add_url: str, report: str
) -> None:
    fields = {"day": "2026-05-01", "text": "Sale", "report": report}

    answer = signed_in.post(add_url, fields)

    assert answer["Location"].startswith(f"{reverse('site_report', args=[site.pk])}?")
    assert "\n" not in answer["Location"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": "Two\u2028lines"}, "has a line break"),
        ({"text": "x" * 201}, "at most 200 characters"),
        ({"day": "someday"}, "Enter a valid date."),
        ({"day": "1969-12-31"}, "between 1970 and 2200"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    signed_in: Client, add_url: str, fields: dict[str, str], sentence: str
) -> None:
    page = signed_in.post(add_url, {"day": "2026-05-01", "text": "Sale"} | fields)

    assert sentence in page.content.decode()
    assert not Annotation.objects.exists()


def test_changed_note_keeps_its_author(signed_in: Client, site: Site, stranger: User) -> None:
    note = make_annotation(site, written_by=stranger)

    page = signed_in.get(url_of(note)).content.decode()
    signed_in.post(url_of(note), {"day": "2026-05-02", "text": "Sale"})

    note.refresh_from_db()
    assert 'value="Newsletter sent"' in page
    assert (note.day, note.text, note.written_by) == (dt.date(2026, 5, 2), "Sale", stranger)


# Deleting


def test_note_goes_when_its_owner_says_so(signed_in: Client, site: Site, list_url: str) -> None:
    note = make_annotation(site)

    asked = signed_in.get(url_of(note, "site_annotation_delete")).content.decode()
    is_still_there = Annotation.objects.exists()
    answer = signed_in.post(url_of(note, "site_annotation_delete"))

    assert ("Newsletter sent" in asked, is_still_there) == (True, True)
    assert (answer["Location"], Annotation.objects.exists()) == (list_url, False)


# On the report


def report_of(client: Client, site: Site, query: str = "") -> Any:
    return client.get(reverse("site_report", args=[site.pk]) + query)


def test_report_shows_the_notes_of_its_days(signed_in: Client, site: Site) -> None:
    make_visit(site)
    make_annotation(site, "Newsletter sent")
    make_annotation(site, "Long ago", dt.date(2025, 5, 4))

    series = report_of(signed_in, site).context["series"]

    assert [note.text for note in series.notes] == ["Newsletter sent"]
    assert [note.text for note in series.rows[-1].notes] == ["Newsletter sent"]
    assert [mark.number for mark in series.marks] == [27]


def test_notes_of_a_report_take_one_statement(signed_in: Client, site: Site) -> None:
    make_visit(site)
    for number in range(20):
        make_annotation(site, f"Note {number}")

    with CaptureQueriesContext(connection) as queries:
        report_of(signed_in, site)

    assert sum("visits_annotation" in query["sql"] for query in queries.captured_queries) == 1


def test_hostile_note_is_shown_as_text_everywhere(
    signed_in: Client, site: Site, list_url: str
) -> None:
    make_visit(site)
    note = make_annotation(site, HOSTILE)
    urls = [list_url, url_of(note), url_of(note, "site_annotation_delete")]

    pages = [report_of(signed_in, site), *map(signed_in.get, urls)]

    for page in pages:
        text = page.content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text
        assert "onerror=alert(1)&gt;" in text
    assert "\u202e" not in pages[0].content.decode()


# Who may see and change them


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", [*PAGES, *PAGES_OF_ONE])
def test_stranger_gets_404(
    client: Client, site: Site, stranger: User, page: str, method: str
) -> None:
    note = make_annotation(site)
    client.force_login(stranger)
    arguments = [site.pk, note.pk] if page in PAGES_OF_ONE else [site.pk]

    answer = getattr(client, method)(reverse(page, args=arguments))

    # The list takes no POST from anybody.
    assert answer.status_code == (405 if (page, method) == ("site_annotations", "post") else 404)
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("page", [*PAGES, *PAGES_OF_ONE])
def test_anonymous_is_sent_to_the_login(client: Client, site: Site, page: str) -> None:
    note = make_annotation(site)
    arguments = [site.pk, note.pk] if page in PAGES_OF_ONE else [site.pk]

    assert "/accounts/login/" in client.get(reverse(page, args=arguments))["Location"]


@pytest.mark.parametrize("page", PAGES_OF_ONE)
def test_note_of_another_site_is_not_reached_through_ones_own(
    signed_in: Client, site: Site, stranger: User, page: str
) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    note = make_annotation(other)

    assert signed_in.post(reverse(page, args=[site.pk, note.pk])).status_code == 404


def test_looking_at_the_pages_changes_nothing(
    signed_in: Client, site: Site, list_url: str, add_url: str
) -> None:
    note = make_annotation(site)

    for url in (list_url, add_url, url_of(note), url_of(note, "site_annotation_delete")):
        assert signed_in.get(f"{url}?text=Changed&day=2026-01-01").status_code == 200

    assert [each.text for each in Annotation.objects.all()] == ["Newsletter sent"]


def test_readers_of_a_shared_report_see_notes_and_no_way_to_change_them(site: Site) -> None:
    make_visit(site)
    make_annotation(site, "Newsletter sent")
    report = SiteReport.default(Scope(site, is_own=False), NOON)

    part = render_to_string("visits/_series.html", {"series": report.series(), "intervals": []})

    assert "Newsletter sent" in part
    assert "annotations/" not in part
