"""Shared links: which are open, and what the database itself does not take."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.models import SharedLink, shared_link
from visits.tests.factory import NOON
from visits.tests.named import make_link, make_segment

pytestmark = pytest.mark.django_db
ONE_SECOND = dt.timedelta(seconds=1)


def is_open(now: dt.datetime = NOON) -> bool:
    return SharedLink.objects.open(now).exists()


def test_slug_is_of_128_random_bits(site: Site) -> None:
    slugs = {make_link(site, name).slug for name in "abc"}

    assert len(slugs) == 3
    assert {len(slug) for slug in slugs} == {22}


def test_link_is_open_until_it_runs_out(site: Site) -> None:
    make_link(site, expires_at=NOON)

    assert is_open(NOON - ONE_SECOND)
    assert not is_open(NOON)


def test_link_goes_with_its_site(site: Site) -> None:
    make_link(site)

    Site.objects.filter(pk=site.pk).discard(timezone.now())

    assert not is_open()


def test_link_of_an_owner_who_was_shut_out_is_closed(site: Site, owner: User) -> None:
    make_link(site)

    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert not is_open()


def test_link_goes_with_its_segment(site: Site) -> None:
    """Without the segment it would show everything."""
    segment = make_segment(site)
    make_link(site, segment=segment)

    segment.delete()

    assert not SharedLink.objects.exists()


def test_segment_is_one_of_the_site(site: Site, stranger: User) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")

    with pytest.raises(ValidationError, match="segment of this site"):
        SharedLink(site=site, name="Customer", segment=make_segment(other)).full_clean()


def test_password_is_stored_as_its_hash(site: Site) -> None:
    link = make_link(site, password="correct horse")

    assert "correct horse" not in link.password
    assert link.is_password("correct horse")
    assert not link.is_password("Correct horse")


def test_site_has_a_number_of_links(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_link.SharedLink, "AT_MOST", 1)
    make_link(site)

    with pytest.raises(ValidationError, match="1 of these at most"):
        SharedLink(site=site, name="Another").full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "correct horse", "embed_origins": "https://example.com"},
        {"password": "correct horse", "has_badge": True},
        {"password": "correct horse", "is_public": True},
        {"expires_at": NOON, "is_public": True},
    ],
)
def test_what_makes_no_sense_is_not_stored(site: Site, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_link(site, **fields)


def test_site_has_one_public_report(site: Site) -> None:
    make_link(site, is_public=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_link(site, "Another", is_public=True)
