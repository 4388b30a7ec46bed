r"""How a filter is written in an address: `browser:is:Chrome|Firefox`, `property[plan]:is_not:Pro`.

A `\` stands before what would otherwise end a value or a key: `\|` and `\\` in values, `\]` and `\\`
in keys. It stands before nothing else, so that every filter has exactly one spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.reports.exceptions import InvalidQuery

FIELD = "filter"
# Before the brackets and the colon there are no special characters.
DIMENSION = re.compile(r"([^:\[\]|\\]*)(?:\[((?:[^\]\\]|\\[\]\\])*)\])?", re.DOTALL)
VALUE = re.compile(r"(?:[^|\\]|\\[|\\])*", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
SPECIAL_IN_KEY = re.compile(r"[\]\\]")
SPECIAL_IN_VALUE = re.compile(r"[|\\]")
# Nobody types more; the rest of a longer text is not repeated in the answer.
SHOWN_CHARACTERS = 40
EXAMPLE = gettext_lazy("Write it as dimension:operator:value, for example browser:is:Chrome.")


def split_text(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return dimension (with its key in brackets), operator and values of a filter.

    Only the spelling is looked at. Raises InvalidQuery.
    """
    dimension = DIMENSION.match(text)
    end = dimension.end() if dimension else 0
    operator, colon, values = text[end + 1 :].partition(":")
    if text[end : end + 1] != ":" or not colon:
        raise InvalidQuery(
            FIELD,
            _("“%(text)s” is not a filter. %(example)s")
            % {"text": shown(text), "example": EXAMPLE},
        )
    return text[:end], operator, tuple(_split_values(values))


def join_text(dimension: str, operator: str, values: Iterable[str]) -> str:
    """Return the text of a filter; `split_text` takes it apart again."""
    escaped = (SPECIAL_IN_VALUE.sub(r"\\\g<0>", value) for value in values)
    return f"{dimension}:{operator}:{'|'.join(escaped)}"


def split_dimension(text: str) -> tuple[str, str | None]:
    """Return the name of a dimension, and the key in its brackets or None. Raises InvalidQuery."""
    dimension = DIMENSION.fullmatch(text)
    if dimension is None:
        raise InvalidQuery(
            FIELD, _("“%(text)s” is not the name of a dimension.") % {"text": shown(text)}
        )
    name, key = dimension.groups()
    return name, None if key is None else ESCAPED.sub(r"\1", key)


def join_dimension(name: str, key: str) -> str:
    """Return the name of a dimension with a key in brackets: `property[plan]`."""
    escaped = SPECIAL_IN_KEY.sub(r"\\\g<0>", key)
    return f"{name}[{escaped}]"


def shown(text: str) -> str:
    """Return as much of a text as a sentence may repeat."""
    return text[:SHOWN_CHARACTERS]


def _split_values(text: str) -> Iterator[str]:
    position = 0
    while True:
        value = VALUE.match(text, position)
        assert value is not None
        yield ESCAPED.sub(r"\1", value[0])
        position = value.end()
        if position == len(text):
            return
        if text[position] != "|":
            raise InvalidQuery(FIELD, _(r"Write a “\” as “\\”, and “\|” for a “|” within a value."))
        position += 1
