"""Recipes that put the snippet where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Engine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from sites.recipes import recipes

INSTALL = Path(__file__).resolve().parents[2] / "docs" / "install.md"
TAG = '<script defer src="https://stats.example.com/t.js" data-site="{key}"></script>'


@pytest.fixture(autouse=True)
def installation(settings: Any) -> None:
    settings.SITE_URL = "https://stats.example.com"


def codes_of(site: Site, name: str) -> list[str]:
    [recipe] = [each for each in recipes(site) if each.name == name]
    return [code.text for code in recipe.codes]


@pytest.mark.parametrize("name", ["html", "wordpress", "hugo"])
def test_recipe_has_the_line_as_it_is(site: Site, name: str) -> None:
    assert TAG.format(key=site.key) in codes_of(site, name)[0]


@pytest.mark.parametrize("name", ["nextjs", "gtm"])
def test_recipe_without_the_line_has_its_parts(site: Site, name: str) -> None:
    [code] = codes_of(site, name)

    assert '"https://stats.example.com/t.js"' in code
    assert f'"{site.key}"' in code
    assert "data-site" in code


@pytest.mark.parametrize(("is_in_use", "shows"), [(True, True), (False, False)])
def test_recipe_for_django_makes_the_line_where_the_site_is_in_use(
    site: Site, is_in_use: bool, shows: bool
) -> None:
    template, processor, setting = codes_of(site, "django")
    names: dict[str, Any] = {
        "DEBUG": not is_in_use,
        "TEMPLATES": [{"OPTIONS": {"context_processors": []}}],
    }
    exec(setting, names)
    exec(compile(processor, "context_processors.py", "exec"), {})

    page = Engine().from_string(template).render(Context({"tracking_key": names["TRACKING_KEY"]}))

    assert page == (TAG.format(key=site.key) if shows else "")


def test_docs_have_the_same_recipes(settings: Any) -> None:
    settings.SITE_URL = "https://HOST"
    docs = INSTALL.read_text(encoding="utf-8")

    missing = [
        f"{recipe.title}: {code.file}"
        for recipe in recipes(Site(key="KEY"))
        for code in recipe.codes
        if f"\n{code.text.strip()}\n```" not in docs
    ]

    assert missing == []


def test_page_shows_the_recipes_as_text(client: Client, owner: User, site: Site) -> None:
    client.force_login(owner)

    page = client.get(reverse("site_install", args=[site.pk])).content.decode()

    assert page.count('name="recipe"') == 6
    assert "layouts/_partials/tracking.html" in page
    assert f'data-site="{site.key}"' not in page
