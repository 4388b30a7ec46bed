"""Pages of the admin with places on them name where these come from."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Site
from visits.models import Hit, Location, Visit
from visits.models.place_files import Attribution
from visits.templatetags import places
from visits.tests.factory import make_visit

NAMED = '<a href="https://places.example" rel="noopener noreferrer">Places by Example</a>'


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Attribution("Places by Example", "https://places.example"),)
    monkeypatch.setattr(places, "place_attributions", lambda: found)


@pytest.mark.parametrize("model", [Visit, Hit, Location])
def test_list_and_row_name_the_source_of_places(
    staff_client: Client, site: Site, model: type[Visit | Hit | Location]
) -> None:
    make_visit(site)
    name = f"admin:visits_{model._meta.model_name}"
    row = model._default_manager.all()[0]

    for page in (f"{name}_changelist", f"{name}_change"):
        arguments = [row.pk] if page.endswith("_change") else []
        assert NAMED in staff_client.get(reverse(page, args=arguments)).content.decode()


def test_list_without_places_names_nobody(staff_client: Client) -> None:
    assert NAMED not in staff_client.get(reverse("admin:visits_page_changelist")).content.decode()
