"""Segments: applied in the bar, saved from a report, renamed and deleted in the settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits.models import Segment
from visits.reports.filters import segment_filters
from visits.tests.named import BROWSER_IS_CHROME, make_segment

HOSTILE = '"><img src=x onerror=alert(1)>'
LINUX = {"dimension": "os", "operator": "is", "values": ["Linux"]}
DE = {"dimension": "country", "operator": "is", "values": ["DE"]}
OF_LATER = {"dimension": "future_dimension", "operator": "is", "values": ["x"]}
HTMX = {"hx-request": "true"}


def open_report(client: Client, site: Site, query: str = "") -> Any:
    return client.get(reverse("site_report", args=[site.pk]) + query)


def save(client: Client, site: Site, headers: dict[str, str] | None = None, **posted: Any) -> Any:
    return client.post(reverse("site_segment_add", args=[site.pk]), posted, headers=headers or {})


# In the bar


def test_segments_are_links_that_filter_and_no_longer_do(signed_in: Client, site: Site) -> None:
    one, two = make_segment(site, "A"), make_segment(site, "B")

    shown = open_report(signed_in, site, f"?period=7d&segment={one.pk}&filter=os:is:Linux")

    links = [(link.label, link.url, link.is_chosen) for link in shown.context["bar"].segments]
    rest = "&filter=os%3Ais%3ALinux"
    assert links == [
        ("A", f"?period=7d{rest}", True),
        ("B", f"?period=7d&segment={one.pk}&segment={two.pk}{rest}", False),
    ]


@pytest.mark.parametrize("page", [("site_report",), ("site_details", "page")])
def test_segment_that_cannot_be_read_is_left_out_of_the_bar(
    signed_in: Client, site: Site, page: tuple[str, ...]
) -> None:
    make_segment(site, "A")
    unreadable = make_segment(site, "Of a later version", [OF_LATER])
    name, *more = page
    address = reverse(name, args=[site.pk, *more])

    shown = signed_in.get(address)
    asked = signed_in.get(f"{address}?segment={unreadable.pk}")

    assert (shown.status_code, asked.status_code) == (200, 400)
    assert [link.label for link in shown.context["bar"].segments] == ["A"]
    assert "cannot be used" in asked.content.decode()


def test_segment_that_cannot_be_read_is_named_in_the_settings_and_can_be_deleted(
    signed_in: Client, site: Site
) -> None:
    segment = make_segment(site, "Of a later version", [OF_LATER])
    keys = [site.pk, segment.pk]

    listed = signed_in.get(reverse("site_segments", args=keys[:1])).content.decode()
    asked = signed_in.get(reverse("site_segment_delete", args=keys))
    signed_in.post(reverse("site_segment_delete", args=keys))

    assert "Of a later version” cannot be used." in listed
    assert f"?segment={segment.pk}" not in listed
    assert asked.status_code == 200
    assert not Segment.objects.exists()


def test_site_without_segments_has_no_menu_of_them(signed_in: Client, site: Site) -> None:
    assert "segments-menu" not in open_report(signed_in, site).content.decode()


def test_chip_of_a_segment_shows_its_filters_one_by_one(signed_in: Client, site: Site) -> None:
    segment = make_segment(site, filters=[LINUX, BROWSER_IS_CHROME])

    [chip] = open_report(signed_in, site, f"?segment={segment.pk}").context["chips"]

    filters = "&filter=os%3Ais%3ALinux&filter=browser%3Ais%3AChrome"
    assert chip.unfolding.url == f"?period=28d{filters}"


@pytest.mark.parametrize(
    ("query", "is_offered"),
    [
        ("", False),
        ("?segment={0}", False),
        ("?filter=os:is:A", True),
        ("?segment={0}&segment={1}", True),
    ],
)
def test_filters_that_are_no_segment_yet_can_be_saved(
    signed_in: Client, site: Site, query: str, is_offered: bool
) -> None:
    keys = [make_segment(site, name).pk for name in "AB"]

    page = open_report(signed_in, site, query.format(*keys)).content.decode()

    assert ("Save as segment" in page) == is_offered


# Saving


def test_filters_and_segments_become_one_segment(
    signed_in: Client, site: Site, owner: User
) -> None:
    known = make_segment(site)

    answer = save(
        signed_in,
        site,
        name="Chrome on Linux",
        period="7d",
        metric="visits",
        segment=known.pk,
        filter=["os:is:Linux", "browser:is:Chrome"],
    )

    segment = Segment.objects.get(name="Chrome on Linux")
    assert segment.filters == [BROWSER_IS_CHROME, LINUX]
    assert (segment.site, segment.created_by) == (site, owner)
    report = reverse("site_report", args=[site.pk])
    assert answer["Location"] == f"{report}?period=7d&segment={segment.pk}&metric=visits"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "This field is required."),
        ("Chrome", "The site has one with this name already."),
        ("x" * 101, "at most 100 characters"),
        ("a\nb", ""),
    ],
)
def test_wrong_name_is_said_and_nothing_is_lost(
    signed_in: Client, site: Site, name: str, sentence: str
) -> None:
    make_segment(site)

    answer = save(signed_in, site, name=name, period="7d", filter="os:is:Linux")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert 'name="filter" value="os:is:Linux"' in page
    assert Segment.objects.count() == 1


def test_form_is_answered_in_place(signed_in: Client, site: Site) -> None:
    refused = save(signed_in, site, HTMX, filter="os:is:Linux", name="")
    stored = save(signed_in, site, HTMX, filter="os:is:Linux", name="Penguins")

    assert refused.content.decode().strip().startswith("<form")
    assert stored["HX-Redirect"].endswith(f"?period=28d&segment={Segment.objects.get().pk}")


@pytest.mark.parametrize("posted", [{}, {"filter": "shoe_size:is:44"}, {"segment": "1000000"}])
def test_nothing_is_saved_without_filters_that_make_sense(
    signed_in: Client, site: Site, posted: dict[str, Any]
) -> None:
    answer = save(signed_in, site, name="Nothing", **posted)

    assert answer["Location"] == reverse("site_report", args=[site.pk])
    assert not Segment.objects.exists()


def test_number_of_segments_is_limited(
    signed_in: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Segment, "AT_MOST", 1)
    make_segment(site)

    answer = save(signed_in, site, name="Another", filter="os:is:Linux")

    assert "A site has 1 of these at most." in answer.content.decode()


# The settings


def test_settings_say_what_each_segment_filters(signed_in: Client, site: Site) -> None:
    make_segment(site, filters=[LINUX, BROWSER_IS_CHROME])
    make_segment(site, "Old", filters=[{**LINUX, "dimension": "shoe_size"}])

    answer = signed_in.get(reverse("site_segments", args=[site.pk]))

    rows = {row.name: (row.words, bool(row.problem)) for row in answer.context["rows"]}
    assert rows == {"Chrome": (("System is Linux", "Browser is Chrome"), False), "Old": ((), True)}


def test_settings_without_segments_say_where_they_come_from(signed_in: Client, site: Site) -> None:
    page = signed_in.get(reverse("site_segments", args=[site.pk])).content.decode()

    assert "No segments yet" in page


def test_segment_is_renamed(signed_in: Client, site: Site) -> None:
    segment = make_segment(site)
    url = reverse("site_segment", args=[site.pk, segment.pk])

    refused = signed_in.post(url, {"name": ""})
    renamed = signed_in.post(url, {"name": "Chromium"})

    segment.refresh_from_db()
    assert "<h1>Chrome</h1>" in refused.content.decode()
    assert (segment.name, renamed["Location"]) == (
        "Chromium",
        reverse("site_segments", args=[site.pk]),
    )


def test_segment_is_deleted_after_a_question(signed_in: Client, site: Site) -> None:
    segment = make_segment(site)
    url = reverse("site_segment_delete", args=[site.pk, segment.pk])

    assert "Delete Chrome?" in signed_in.get(url).content.decode()
    assert Segment.objects.exists()
    signed_in.post(url)

    assert not Segment.objects.exists()


def test_hostile_names_are_text(signed_in: Client, site: Site) -> None:
    segment = make_segment(site, HOSTILE, [{**LINUX, "values": [HOSTILE]}])
    keys = [site.pk, segment.pk]
    pages = [
        open_report(signed_in, site, f"?segment={segment.pk}"),
        signed_in.get(reverse("site_segments", args=keys[:1])),
        signed_in.get(reverse("site_segment", args=keys)),
        signed_in.get(reverse("site_segment_delete", args=keys)),
        save(signed_in, site, name=HOSTILE, filter=f"os:is:{HOSTILE}"),
        save(signed_in, site, HTMX, name=HOSTILE, filter=f"os:is:{HOSTILE}"),
    ]

    for page in pages:
        assert "onerror" in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_number_of_segments_costs_no_statement(
    signed_in: Client, site: Site, django_assert_num_queries: Any
) -> None:
    url = reverse("site_segments", args=[site.pk])
    for number in range(3):
        make_segment(site, f"Segment {number}")

    with django_assert_num_queries(5):
        signed_in.get(url)


# Who may do it


@pytest.mark.parametrize("name", ["site_segment", "site_segment_delete"])
def test_segment_of_another_site_is_not_found(
    signed_in: Client, site: Site, owner: User, name: str
) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")
    segment = make_segment(other)

    assert signed_in.get(reverse(name, args=[site.pk, segment.pk])).status_code == 404


@pytest.mark.parametrize("name", ["site_segments", "site_segment", "site_segment_delete"])
def test_stranger_gets_404_and_anonymous_signs_in(
    client: Client, site: Site, stranger: User, name: str
) -> None:
    segment = make_segment(site)
    url = reverse(name, args=[site.pk] if name == "site_segments" else [site.pk, segment.pk])

    assert client.get(url)["Location"].startswith(reverse("account_login"))
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "Mine"}).status_code in (404, 405)
    assert Segment.objects.get().name == "Chrome"


def test_stranger_saves_nothing(client: Client, site: Site, stranger: User) -> None:
    client.force_login(stranger)

    assert save(client, site, name="Mine", filter="os:is:Linux").status_code == 404
    assert client.get(reverse("site_segment_add", args=[site.pk])).status_code == 405


# Filters that are changed


def at_work(segment: Segment, name: str = "site_segment") -> str:
    return reverse(name, args=[segment.site_id, segment.pk])


def filters_of(segment: Segment) -> list[str]:
    segment.refresh_from_db()
    return [each.text for each in segment_filters(segment)]


def test_filters_are_chips_to_change_and_to_remove(signed_in: Client, site: Site) -> None:
    segment = make_segment(site, "Germans", [BROWSER_IS_CHROME, DE])

    page = signed_in.get(at_work(segment)).content.decode()
    removed = signed_in.get(at_work(segment) + "?filter=country:is:DE")

    assert "filter=browser%3Ais%3AChrome&amp;filter=country%3Ais%3ADE&amp;edits=country" in page
    assert removed.context["draft"].kept == (("filter", "country:is:DE"),)
    # A segment has one filter at least, and nothing is stored yet.
    assert "filter-remove" not in removed.content.decode()
    assert len(filters_of(segment)) == 2


def test_editor_leads_back_to_the_segment(signed_in: Client, site: Site) -> None:
    segment = make_segment(site, "Germans", [DE])
    editor = at_work(segment, "site_segment_filter")

    written = signed_in.get(f"{editor}?filter=country:is:DE&on=os&value=Linux&step=apply")
    back = signed_in.get(f"{editor}?filter=country:is:DE&on=os").context["back_label"]

    assert written.headers["Location"].startswith("../?")
    assert written.headers["Location"].endswith("&filter=country%3Ais%3ADE&filter=os%3Ais%3ALinux")
    assert back == "Germans"


def test_changed_filters_are_saved_with_the_name(signed_in: Client, site: Site) -> None:
    segment = make_segment(site, "Germans", [DE])
    sent = {"name": "On Linux", "filter": ["os:is:Linux", "country:is:AT"]}

    answer = signed_in.post(at_work(segment), sent)

    assert answer.headers["Location"] == reverse("site_segments", args=[site.pk])
    assert filters_of(segment) == ["os:is:Linux", "country:is:AT"]
    assert segment.name == "On Linux"


def test_filters_that_make_no_sense_are_said_and_not_saved(signed_in: Client, site: Site) -> None:
    segment = make_segment(site, "Germans", [DE])

    answer = signed_in.post(at_work(segment), {"name": "Other", "filter": "shoe:is:44"})

    assert (answer.status_code, filters_of(segment)) == (400, ["country:is:DE"])
    assert segment.name == "Germans"


def test_strangers_cannot_change_filters(client: Client, stranger: User, site: Site) -> None:
    segment = make_segment(site, "Germans", [DE])
    client.force_login(stranger)

    assert client.get(at_work(segment, "site_segment_filter")).status_code == 404
    assert client.post(at_work(segment), {"filter": "os:is:Linux"}).status_code == 404
