"""What owners are told while staff have paused the collection of their site."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
PAUSED = "Collection is paused by those who run this service"


@pytest.mark.parametrize("name", ["site_report", "site_live", "site_settings", "site_refusals"])
def test_owner_reads_that_collection_is_paused(signed_in: Client, site: Site, name: str) -> None:
    address = reverse(name, args=[site.pk])
    before = signed_in.get(address).content.decode()
    Site.objects.filter(pk=site.pk).pause(NOW)

    assert PAUSED not in before
    assert PAUSED in signed_in.get(address).content.decode()


def test_card_of_a_paused_site_says_so(signed_in: Client, site: Site) -> None:
    before = signed_in.get(reverse("site_list")).content.decode()
    Site.objects.filter(pk=site.pk).pause(NOW)

    badge = '<span class="badge badge-warn">Paused</span>'
    assert badge not in before
    assert badge in signed_in.get(reverse("site_list")).content.decode()
