"""The catalogues of translations, as tests read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def catalogue_of(language: str, locale: Path = LOCALE) -> Catalog:
    with (locale / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def messages_of(catalogue: Catalog) -> list[Message]:
    """Return what is translated, without the head of the file."""
    return [message for message in catalogue if message.id]


def pairs_of(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each translation behind what it translates: the plural, where there are more of them."""
    texts = (message.string,) if isinstance(message.string, str) else message.string or ()
    sources = (message.id,) if isinstance(message.id, str) else message.id
    for number, text in enumerate(texts):
        yield sources[min(number, len(sources) - 1)], text
