"""The catalogues of translations: complete, true to their placeholders, and compiled."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils import translation

from scripts.collect_messages import SOURCE_LANGUAGE, collect
from testing import gettext, tools
from testing.catalogues import LOCALE, catalogue_of, messages_of, pairs_of
from visits.reports import date_words

PROJECT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE]
SOURCES = ("accounts", "sites", "visits", "tracking_project", "templates", "locale")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
TAG = re.compile(r"</?[a-z][^>]*>")
FORMAT_CONTEXT = "format of a date"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated_or_guessed(language: str) -> None:
    assert [
        message.id
        for message in messages_of(catalogue_of(language))
        if message.fuzzy or not all(text.strip() for _, text in pairs_of(message))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_placeholders_and_tags(language: str) -> None:
    assert [
        (source, text)
        for message in messages_of(catalogue_of(language))
        if not (message.context or "").startswith(FORMAT_CONTEXT)
        for source, text in pairs_of(message)
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
        or sorted(TAG.findall(source)) != sorted(TAG.findall(text))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_end_as_their_sources_do(language: str) -> None:
    """A sentence stays one, and what stands in a row with others gets no full stop."""
    ends = (".", "?", ":", ",")

    assert [
        (source, text)
        for message in messages_of(catalogue_of(language))
        if not message.context
        for source, text in pairs_of(message)
        if any(source.endswith(end) != text.endswith(end) for end in ends)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_says_the_same(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    catalogue = catalogue_of(language)
    with (folder / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)

    stale = [
        message.id
        for message in messages_of(catalogue)
        if [text for _, text in pairs_of(message)] != _compiled_texts(compiled, message)
    ]

    assert stale == [], "Call make messages."


def _compiled_texts(compiled: GNUTranslations, message: Message) -> list[str]:
    """Return the translation, or those for one and for two."""
    context = message.context
    if isinstance(message.id, str):
        said = compiled.pgettext(context, message.id) if context else compiled.gettext(message.id)
        return [said]
    one, many = message.id[:2]
    return [
        compiled.npgettext(context, one, many, number)
        if context
        else compiled.ngettext(one, many, number)
        for number in (1, 2)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_all_that_is_said(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a copy: the collector writes beside what it reads."""
    if gettext.find() is None:
        tools.missing(gettext.MISSING)
    for folder in SOURCES:
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=_left_out)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "locale")])
    monkeypatch.chdir(tmp_path)

    collect([language])

    known = _known(catalogue_of(language))
    said = _known(catalogue_of(language, tmp_path / "locale"))
    assert said - known == set(), "Call make messages and translate what is new."
    assert known - said == set(), "Call make messages: nobody says this any more."


def _left_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in {"static", "tests", "data", "__pycache__"}}


def _known(catalogue: Catalog) -> set[tuple[str, object]]:
    return {(message.context or "", message.id) for message in messages_of(catalogue)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("write", "numbers"),
    [
        (date_words.day_in_year, ["28"]),
        (date_words.full_day, ["28", "2026"]),
        (date_words.day_of_week, ["28"]),
        (date_words.full_day_of_week, ["28", "2026"]),
        (date_words.long_day, ["28"]),
        (date_words.month_in_year, []),
        (date_words.month, ["2026"]),
        (date_words.long_month, ["2026"]),
        (date_words.instant, ["28", "2026", "14", "05"]),
    ],
)
def test_dates_have_the_same_parts_in_every_language(
    write: Callable[[dt.datetime], str], numbers: list[str], language: str
) -> None:
    with translation.override(language):
        text = write(dt.datetime(2026, 10, 28, 14, 5))

    assert re.findall(r"\d+", text) == numbers
