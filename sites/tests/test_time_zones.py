"""The time zones that a person chooses from."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site, time_zone_names
from sites.time_zones import REGIONS, places, time_zone_choices


def flat(choices: Any) -> dict[str, str]:
    """Return the labels of all choices by their values, of groups too."""
    labels: dict[str, str] = {}
    for value, label in choices:
        labels |= dict(label) if isinstance(label, list) else {value: label}
    return labels


def test_places_stand_under_their_region_by_their_own_name() -> None:
    choices = time_zone_choices()
    groups = {str(region): dict(zones) for region, zones in choices if isinstance(zones, list)}

    assert list(groups) == [str(label) for label in REGIONS.values()]
    assert groups["Asia"]["Asia/Kolkata"] == "Kolkata"
    assert groups["America"]["America/New_York"] == "New York"
    assert groups["America"]["America/Argentina/Buenos_Aires"] == "Argentina, Buenos Aires"


def test_old_spellings_and_zones_of_no_place_are_not_offered() -> None:
    offered = flat(time_zone_choices())

    assert {"Zulu", "Asia/Calcutta", "Etc/GMT+1", "EST", "US/Eastern"}.isdisjoint(offered)
    assert set(offered) == {"UTC", *places()}
    assert set(offered) <= set(time_zone_names())


def test_stored_zone_stays_choosable(client: Client, owner: User) -> None:
    client.force_login(owner)
    site = Site.objects.create(owner=owner, domain="example.com", time_zone="Etc/GMT+1")
    url = reverse("site_settings", args=[site.pk])

    page = client.get(url)
    form = {"domain": site.domain, "name": "Renamed", "time_zone": "Etc/GMT+1"}
    saved = client.post(url, form)

    assert '<option value="Etc/GMT+1" selected>' in page.content.decode()
    assert saved.status_code == 302
    site.refresh_from_db()
    assert (site.name, site.time_zone) == ("Renamed", "Etc/GMT+1")
