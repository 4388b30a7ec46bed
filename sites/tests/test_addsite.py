"""`manage.py addsite`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from sites.models import Site


def test_added_site_belongs_to_the_owner_and_its_snippet_is_printed(owner: User) -> None:
    output = StringIO()

    call_command("addsite", "https://Shop.example.com/", owner="OWNER@example.com", stdout=output)

    site = Site.objects.get()
    assert (site.owner, site.domain, site.name) == (owner, "shop.example.com", "shop.example.com")
    assert f'data-site="{site.key}"' in output.getvalue()


def test_unknown_owner_gets_a_sentence(db: None) -> None:
    with pytest.raises(CommandError, match=r"createowner nobody@example\.com"):
        call_command("addsite", "example.com", owner="nobody@example.com")


@pytest.mark.parametrize(
    ("domain", "options", "sentence"),
    [
        ("no domain", {}, "is not a domain"),
        ("example.com", {"time_zone": "Mars/Olympus"}, "not one of the available choices"),
    ],
)
def test_wrong_input_gets_a_sentence(
    owner: User, domain: str, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("addsite", domain, owner=owner.email, **options)

    assert not Site.objects.exists()


def test_same_domain_twice_gets_a_sentence(site: Site) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("addsite", site.domain, owner=site.owner.email)
