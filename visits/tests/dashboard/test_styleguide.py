"""The page that shows every component: to staff, and complete."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

COMPONENTS = Path(__file__).resolve().parents[3] / "templates" / "components"
VOCABULARY = (
    "tile",
    "bar_list",
    "bar_chart",
    "sparkline",
    "table",
    "pagination",
    "empty",
    "field",
    "dialog",
    "menu",
    "chip",
    "notice",
    "messages",
    "code",
)


@pytest.fixture
def page(client: Client, staff: User) -> str:
    client.force_login(staff)
    return client.get(reverse("styleguide")).content.decode()


def test_both_themes_show_the_same(page: str) -> None:
    light, dark = page.split('data-color-scheme="dark"')

    titles = [half.count("styleguide-title") for half in (light, dark)]
    assert titles[0] == titles[1] > len(VOCABULARY)


@pytest.mark.parametrize("name", VOCABULARY)
def test_component_is_shown_and_says_what_it_needs(page: str, name: str) -> None:
    template = (COMPONENTS / f"_{name}.html").read_text(encoding="utf-8")

    assert f"_{name}" in page
    assert template.startswith("{% comment %}")
    assert "nputs" in template.partition("{% endcomment %}")[0]


def test_ids_are_unique(page: str) -> None:
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]

    assert len(ids) == len(set(ids))


def test_others_do_not_learn_of_it(client: Client, owner: User) -> None:
    client.force_login(owner)

    assert client.get(reverse("styleguide")).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    assert client.get(reverse("styleguide"))["Location"].startswith(reverse("account_login"))
