"""How an operator names a site on the command line."""

from __future__ import annotations

import pytest

from accounts.models import User
from sites.lookup import UnclearSite, find_site
from sites.models import Site


@pytest.mark.parametrize("spelling", ["example.com", "https://www.Example.com/about"])
def test_site_is_found_by_its_domain(site: Site, spelling: str) -> None:
    assert find_site(spelling) == site


def test_site_is_found_by_key_and_number(site: Site) -> None:
    assert find_site(site.key) == find_site(str(site.pk)) == site


@pytest.mark.parametrize("text", ["example.org", "nokey", "99", "9" * 30, "", "²"])
def test_unknown_site_is_a_sentence(site: Site, text: str) -> None:
    with pytest.raises(UnclearSite, match="There is no site"):
        find_site(text)


def test_domain_of_two_owners_names_both_numbers(site: Site, stranger: User) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain=site.domain)

    with pytest.raises(UnclearSite, match=f"2 owners .* {site.pk} or {other.pk}"):
        find_site(site.domain)
