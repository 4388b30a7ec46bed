"""Names of countries in the reader's language."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.utils import translation

from sites.country import ENGLISH, FOLDER, country_names


def test_countries_are_named_in_the_readers_language() -> None:
    with translation.override("de"):
        assert country_names()["DE"] == "Deutschland"
    assert country_names()["DE"] == "Germany"


def test_marks_on_letters_do_not_change_the_order() -> None:
    with translation.override("de"):
        names = list(country_names().values())

    assert names.index("Afghanistan") < names.index("Ägypten") < names.index("Albanien")


def test_language_without_names_of_its_own_has_the_english_ones() -> None:
    with translation.override("eo"):
        assert country_names()["DE"] == "Germany"


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES if code != "en"])
def test_each_language_knows_every_country(language: str) -> None:
    names = json.loads((FOLDER / f"countries.{language}.json").read_text(encoding="utf-8"))

    assert names.keys() == json.loads(ENGLISH.read_text(encoding="utf-8")).keys()
