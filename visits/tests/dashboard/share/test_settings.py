"""The pages where owners make links: add, change, revoke, and the public report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.share import settings
from visits.models import SharedLink
from visits.tests.named import make_link, make_segment

LONG_PASSWORD = "correct horse"


def list_url(site: Site) -> str:
    return reverse("site_sharing", args=[site.pk])


def link_url(link: SharedLink) -> str:
    return reverse("site_link", args=[link.site_id, link.pk])


def add(client: Client, site: Site, **fields: Any) -> Any:
    address = reverse("site_link_add", args=[site.pk])
    return client.post(address, {"name": "Customer", "panels": ["pages"]} | fields)


def change(client: Client, link: SharedLink, **fields: Any) -> Any:
    kept = {"name": link.name, "panels": link.panels, "embed_origins": link.embed_origins}
    return client.post(link_url(link), kept | fields)


def test_link_is_added(signed_in: Client, site: Site, owner: User) -> None:
    segment = make_segment(site)
    tomorrow = site.day_of(timezone.now()) + dt.timedelta(days=1)

    response = add(
        signed_in,
        site,
        segment=segment.pk,
        expires_on=tomorrow.isoformat(),
        new_password=LONG_PASSWORD,
    )

    link = SharedLink.objects.get()
    assert response["Location"] == link_url(link)
    assert (link.name, link.panels, link.segment, link.created_by) == (
        "Customer",
        ["pages"],
        segment,
        owner,
    )
    assert link.is_password(LONG_PASSWORD)
    midnight = dt.datetime.combine(tomorrow + dt.timedelta(days=1), dt.time(), site.zone)
    assert link.expires_at == midnight


def test_list_says_what_each_link_shows(signed_in: Client, site: Site) -> None:
    make_link(site, "Press", embed_origins="https://example.com", has_badge=True)
    make_link(site, "Board", segment=make_segment(site), password=LONG_PASSWORD)
    make_link(site, "Old", panels=[], expires_at=timezone.now())

    page = signed_in.get(list_url(site)).content.decode()

    for words in ("Press", "Sources, Pages", "May be embedded by 1 site", "Badge"):
        assert words in page
    for words in ("Board", "Segment Chrome", "Password"):
        assert words in page
    for words in ("Old", "Run out", "Numbers and chart only"):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"panels": ["everything"]}, "everything is not one of the available choices"),
        ({"segment": "999999"}, "not one of the available choices"),
        ({"expires_on": "2020-01-01"}, "This day is over"),
        ({"expires_on": "soon"}, "Enter a valid date"),
        ({"new_password": "short"}, "at least 8 characters"),
        ({"embed_origins": "http://example.com"}, "must begin with https"),
        ({"embed_origins": "https://*"}, "is not an address such as"),
    ],
)
def test_mistakes_are_said_beside_their_field(
    signed_in: Client, site: Site, fields: dict[str, Any], sentence: str
) -> None:
    response = add(signed_in, site, **fields)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not SharedLink.objects.exists()


def test_segment_of_another_site_is_refused(signed_in: Client, site: Site, owner: User) -> None:
    other = Site.objects.create(owner=owner, name="Other", domain="other.example")

    add(signed_in, site, segment=make_segment(other).pk)

    assert not SharedLink.objects.exists()


def test_report_with_a_password_is_neither_embedded_nor_has_a_badge(
    signed_in: Client, site: Site
) -> None:
    response = add(
        signed_in,
        site,
        new_password=LONG_PASSWORD,
        embed_origins="https://example.com",
        has_badge="on",
    )

    errors = response.context["form"].errors
    assert "A report with a password cannot be embedded" in errors["embed_origins"][0]
    assert "A badge is for everybody" in errors["has_badge"][0]


def test_password_stays_until_it_is_changed_or_removed(signed_in: Client, site: Site) -> None:
    link = make_link(site, password=LONG_PASSWORD)

    def is_open_with(password: str) -> bool:
        link.refresh_from_db()
        return link.is_password(password)

    change(signed_in, link)
    assert is_open_with(LONG_PASSWORD)
    change(signed_in, link, new_password="battery staple")
    assert is_open_with("battery staple")
    assert LONG_PASSWORD not in signed_in.get(link_url(link)).content.decode()
    change(signed_in, link, removes_password="on", embed_origins="https://example.com")
    assert not link.has_password or not is_open_with("battery staple")
    link.refresh_from_db()
    assert link.origins == ["https://example.com"]


def test_change_keeps_the_address(signed_in: Client, site: Site) -> None:
    link = make_link(site)

    change(signed_in, link, name="Renamed", slug="chosen", is_public="on", site="999")

    stored = SharedLink.objects.get()
    assert (stored.name, stored.slug, stored.is_public, stored.site) == (
        "Renamed",
        link.slug,
        False,
        site,
    )


def test_name_of_another_link_is_refused(signed_in: Client, site: Site) -> None:
    make_link(site, "Customer")

    assert "has one with this name" in add(signed_in, site).content.decode()


def test_revoking_is_asked_and_then_done(signed_in: Client, site: Site) -> None:
    link = make_link(site)
    address = reverse("site_link_revoke", args=[site.pk, link.pk])

    question = signed_in.get(address).content.decode()
    assert "Revoke Customer?" in question
    assert SharedLink.objects.exists()
    signed_in.post(address)

    assert not SharedLink.objects.exists()


def test_public_report_is_one_click_and_no_more(signed_in: Client, site: Site) -> None:
    for _ in range(2):
        signed_in.post(reverse("site_sharing_public", args=[site.pk]))

    link = SharedLink.objects.get()
    assert link.is_public
    assert not {"live", "hits"} & set(link.panels)
    assert "Everybody who has the address" in signed_in.get(list_url(site)).content.decode()
    assert Client().get(reverse("shared_report", args=[link.slug])).status_code == 200


def test_public_report_stays_for_everybody(signed_in: Client, site: Site) -> None:
    link = make_link(site, "Public report", is_public=True)

    change(signed_in, link, new_password=LONG_PASSWORD, segment=make_segment(site).pk, name="New")

    link.refresh_from_db()
    assert (link.has_password, link.segment, link.name) == (False, None, "Public report")


def test_public_report_finds_a_name_of_its_own(signed_in: Client, site: Site) -> None:
    make_link(site, "Public report")

    signed_in.post(reverse("site_sharing_public", args=[site.pk]))

    assert SharedLink.objects.get(is_public=True).name == "Public report 2"


def test_full_site_says_so(signed_in: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LINKS_AT_MOST", 1)
    monkeypatch.setattr(SharedLink, "AT_MOST", 1)
    make_link(site)

    public = signed_in.post(reverse("site_sharing_public", args=[site.pk]), follow=True)
    added = add(signed_in, site, name="Another")

    assert "1 links at most" in public.content.decode()
    assert "1 of these at most" in added.content.decode()
    assert SharedLink.objects.count() == 1


def test_codes_are_shown_for_what_the_link_has(signed_in: Client, site: Site) -> None:
    plain = make_link(site)
    link = make_link(site, "Press", embed_origins="https://example.com", has_badge=True)

    without = signed_in.get(link_url(plain)).content.decode()
    page = signed_in.get(f"{link_url(link)}?theme=dark&width=800").content.decode()

    assert "iframe" not in without
    assert "badge.svg" not in without
    assert f"/share/{link.slug}/embed/dark/" in page
    assert "width=&amp;quot;800&amp;quot;" in page or "width=&quot;800&quot;" in page


def test_text_of_the_owner_stays_text_in_the_codes(signed_in: Client, site: Site) -> None:
    Site.objects.update(name='"><script>alert(1)</script>')
    link = make_link(site, embed_origins="https://example.com", has_badge=True)

    response = signed_in.get(link_url(link))

    assert "<script>alert" not in response.context["embed_code"]
    assert "<script>alert" not in response.content.decode()


def test_list_takes_few_statements(
    signed_in: Client, site: Site, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        segment = make_segment(site, f"Segment {number}")
        make_link(site, f"Link {number}", segment=segment)

    # Session, person, site, links.
    with django_assert_num_queries(5):
        signed_in.get(list_url(site))
