"""Shared links in the admin: seen and revoked, never opened or made."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site
from visits.models import SharedLink
from visits.tests.named import make_link

CHANGELIST = "admin:visits_sharedlink_changelist"


def test_staff_see_links_without_their_keys(staff_client: Client, site: Site) -> None:
    link = make_link(site, "Press", password="correct horse")

    pages = [
        staff_client.get(reverse(CHANGELIST)).content.decode(),
        staff_client.get(
            reverse("admin:visits_sharedlink_change", args=[link.pk])
        ).content.decode(),
    ]

    for page in pages:
        assert "Press" in page
        assert f"/share/{link.slug[:4]}…/" in page
        assert link.slug not in page
        assert link.password not in page


def test_staff_revoke_links_and_make_none(staff_client: Client, site: Site) -> None:
    link = make_link(site)

    change = staff_client.post(
        reverse("admin:visits_sharedlink_change", args=[link.pk]), {"name": "Changed"}
    )
    added = staff_client.get(reverse("admin:visits_sharedlink_add"))
    staff_client.post(reverse("admin:visits_sharedlink_delete", args=[link.pk]), {"post": "yes"})

    assert (change.status_code, added.status_code) == (403, 403)
    assert not SharedLink.objects.exists()


@pytest.mark.parametrize(
    "question",
    [
        {"slug__startswith": "x"},
        {"slug__gte": "x"},
        {"slug": "x"},
        {"slug__range": "a,z"},
        {"password__startswith": "argon2"},
        {"created_by__password__startswith": "argon2"},
    ],
)
def test_nobody_asks_for_keys_letter_by_letter(
    staff_client: Client, site: Site, question: dict[str, str]
) -> None:
    make_link(site)

    assert staff_client.get(reverse(CHANGELIST), question).status_code == 400


def test_list_takes_as_many_statements_for_many_links(
    staff_client: Client, site: Site, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        make_link(site, f"Link {number}")

    with django_assert_max_num_queries(8):
        staff_client.get(reverse(CHANGELIST))
