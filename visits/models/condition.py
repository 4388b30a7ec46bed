"""What a text must be like: the four operators of filters and goals, and the conditions of a goal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from visits.models.dimension import NAME_MAX_LENGTH, PROPERTY_VALUE_MAX_LENGTH

CONDITIONS_AT_MOST = 5
CONDITION_FIELDS = ("key", "operator", "value")
# PostgreSQL refuses NUL, and a lone surrogate is no character that UTF-8 could write.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Operator(models.TextChoices):
    """How a text is compared with values. Without “not” one of them is enough, with it none may fit."""

    IS = "is", pgettext_lazy("filter", "is")
    IS_NOT = "is_not", pgettext_lazy("filter", "is not")
    CONTAINS = "contains", pgettext_lazy("filter", "contains")
    CONTAINS_NOT = "contains_not", pgettext_lazy("filter", "does not contain")

    @property
    def is_negative(self) -> bool:
        return self in {Operator.IS_NOT, Operator.CONTAINS_NOT}

    @property
    def is_partial(self) -> bool:
        """Whether a part of the text is enough, in capitals or not."""
        return self in {Operator.CONTAINS, Operator.CONTAINS_NOT}

    def finder(self, values: Sequence[str]) -> Callable[[str], bool]:
        """Return a function that tells whether a text is one of the values, or contains one.

        A “not” of the operator is left to the caller. Texts are folded by Python, so that capitals
        mean the same on every database.
        """
        if not self.is_partial:
            return frozenset(values).__contains__
        # No expression of them all: what begins alike would be tried again at each place.
        parts = [value.casefold() for value in values]

        def contains(text: str) -> bool:
            folded = text.casefold()
            return any(part in folded for part in parts)

        return contains


class InvalidCondition(ValueError):
    """A condition that makes no sense; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A property that an event must carry: of this key, with a value that meets the operator.

    Raises InvalidCondition when it makes no sense.
    """

    key: str
    operator: Operator
    value: str

    def __post_init__(self) -> None:
        if not self.key:
            raise InvalidCondition("A condition needs the name of a property.")
        if len(self.key) > NAME_MAX_LENGTH:
            raise InvalidCondition(
                f"A property has a name of {NAME_MAX_LENGTH} characters at most."
            )
        if len(self.value) > PROPERTY_VALUE_MAX_LENGTH:
            raise InvalidCondition(
                f"A property has a value of {PROPERTY_VALUE_MAX_LENGTH} characters at most."
            )
        if self.operator.is_partial and not self.value:
            raise InvalidCondition(gettext("Write what the property shall contain or not contain."))
        if not (is_storable(self.key) and is_storable(self.value)):
            raise InvalidCondition("A property has a character that cannot be stored.")

    def to_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def conditions_from_json(value: object) -> tuple[Condition, ...]:
    """Return the conditions of a list of objects with key, operator and value.

    Raises InvalidCondition for anything else.
    """
    if not isinstance(value, list):
        raise InvalidCondition(gettext("Write the conditions as a list."))
    if len(value) > CONDITIONS_AT_MOST:
        raise InvalidCondition(f"A goal has {CONDITIONS_AT_MOST} conditions at most.")
    return tuple(_condition_from_json(item) for item in value)


def is_storable(text: str) -> bool:
    """Return whether every database takes the text, and every answer can repeat it."""
    return UNSTORABLE.search(text) is None


def validate_storable(text: str) -> None:
    if not is_storable(text):
        raise ValidationError(_("This has a character that cannot be stored."))


def _condition_from_json(item: object) -> Condition:
    if not isinstance(item, dict) or set(item) != set(CONDITION_FIELDS):
        raise InvalidCondition("A condition is an object with key, operator and value.")
    if not all(isinstance(part, str) for part in item.values()):
        raise InvalidCondition(gettext("Key, operator and value of a condition are texts."))
    if item["operator"] not in Operator.values:
        raise InvalidCondition(
            gettext("The operator is one of %(choices)s.") % {"choices": ", ".join(Operator.values)}
        )
    return Condition(item["key"], Operator(item["operator"]), item["value"])
