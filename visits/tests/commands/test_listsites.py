"""What an operator gets from `listsites`."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from sites.models import Site, Tag
from visits.tests.factory import NOON, make_visit


@pytest.fixture(autouse=True)
def sites(site: Site, stranger: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """One with two visitors, and one of somebody else that is paused."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    make_visit(site)
    make_visit(site)
    quiet = Site.objects.create(
        owner=stranger, name="Quiet", domain="quiet.example", time_zone="UTC", paused_at=NOON
    )
    quiet.tags.add(Tag.objects.create(name="shops"))


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("listsites", *arguments, stdout=output)
    return output.getvalue()


def domains(*arguments: str) -> list[str]:
    return [site["domain"] for site in json.loads(run(*arguments, "--json"))]


def test_table_tells_owner_visitors_and_state(site: Site, owner: User) -> None:
    lines = run().splitlines()

    assert lines[2].split()[:4] == [str(site.pk), "example.com", owner.email, "2"]
    assert (lines[2].split()[-1], lines[3].split()[-1]) == ("Counting", "Paused")
    assert lines[-1] == "2 sites."


def test_json_has_a_value_for_each_site(site: Site) -> None:
    first, second = json.loads(run("--json"))

    assert (first["id"], first["key"], first["visitors_7_days"]) == (site.pk, site.key, 2)
    assert (second["tags"], second["paused_at"]) == (["shops"], NOON.isoformat())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--tag", "Shops"), ["quiet.example"]),
        (("--owner", "nobody@example.com"), []),
    ],
)
def test_list_is_narrowed_to_a_tag_or_an_owner(
    arguments: tuple[str, ...], expected: list[str]
) -> None:
    assert domains(*arguments) == expected


def test_owner_is_found_in_whatever_letters(owner: User) -> None:
    assert domains("--owner", owner.email.upper()) == ["example.com"]


def test_queries_do_not_grow_with_the_sites(
    owner: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        Site.objects.create(owner=owner, name="More", domain=f"{number}.example", time_zone="UTC")

    with django_assert_max_num_queries(9):
        run()
