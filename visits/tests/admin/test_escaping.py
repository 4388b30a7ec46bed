"""Visitors choose most texts of a hit; the admin shows them as text, wherever they appear."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from sites.models import Site
from visits import models as visits
from visits.tests.admin.factories import make_hit, make_property, make_visit

PAYLOADS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')
# A screen holds eleven characters.
SHORT_PAYLOAD = "<b>1</b>"

# Each model with a text of its own, and with those it points to.
MODELS = (
    visits.Hit,
    visits.Visit,
    visits.Page,
    visits.EventName,
    visits.Property,
    visits.Source,
    visits.Client,
    visits.Location,
    visits.Campaign,
    visits.Language,
)


def poison(site: Site, text: str) -> None:
    """Store a hit and a visit in which every text is `text`."""
    source = visits.Source.objects.create(name=text, channel="direct", referrer=text)
    client = visits.Client.objects.create(browser=text, os=text)
    location = visits.Location.objects.create(region=text, city=text)
    campaign = visits.Campaign.objects.create(
        **dict.fromkeys(("utm_source", "utm_medium", "utm_campaign", "utm_content"), text)
    )
    language = visits.Language.objects.create(code=text)
    keys: dict[str, Any] = {"source": source, "client": client, "location": location}
    visit = make_visit(site, text, campaign=campaign, language=language, **keys)
    hit = make_hit(site, text, event=text, visit=visit, client=client)
    make_property(site, text, key=text, hit=hit)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_texts_of_visitors_are_shown_as_text(
    model: type[models.Model], payload: str, staff_client: Client, site: Site
) -> None:
    poison(site, payload)
    name, pk = model._meta.model_name, model._default_manager.order_by("pk")[0].pk
    list_url = reverse(f"admin:visits_{name}_changelist")
    addresses = [
        (list_url, {}),
        (list_url, {"q": payload}),
        (reverse(f"admin:visits_{name}_change", args=[pk]), {}),
    ]

    for address, parameters in addresses:
        page = staff_client.get(address, parameters, follow=True).content.decode()

        assert payload not in page
        assert escape(payload) in page


@pytest.mark.parametrize("page", ["changelist", "change"])
def test_screen_is_shown_as_text(page: str, staff_client: Client, site: Site) -> None:
    screen = visits.Screen.objects.create(size=SHORT_PAYLOAD)
    arguments = [screen.pk] if page == "change" else []

    text = staff_client.get(reverse(f"admin:visits_screen_{page}", args=arguments))

    assert SHORT_PAYLOAD not in text.content.decode()
    assert escape(SHORT_PAYLOAD) in text.content.decode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_of_sites_are_shown_as_text(payload: str, staff_client: Client, site: Site) -> None:
    Site.objects.update(name=payload)
    make_hit(site)
    addresses = [
        reverse("admin:visits_hit_changelist"),
        reverse("admin:sites_site_changelist"),
        reverse("admin:sites_site_change", args=[site.pk]),
        reverse("admin:sites_site_delete", args=[site.pk]),
    ]

    for address in addresses:
        page = staff_client.get(address).content.decode()

        assert payload not in page
        assert escape(payload) in page
