"""Which visits are asked for: filters, as addresses, the API and segments write them.

What a filter means is written in docs/metrics.md; visits.reports.resolve turns it into ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sites.models import Site
from visits.models import Operator, Segment
from visits.models.condition import is_storable
from visits.models.dimension import NAME_MAX_LENGTH
from visits.reports import labels
from visits.reports.dimensions import DIMENSIONS, Dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import (
    FIELD,
    join_text,
    shown,
    split_dimension,
    split_text,
)

FILTERS_AT_MOST = 20
# Each of them looks at all hits of a visit once more.
GOAL_FILTERS_AT_MOST = 5
VALUES_AT_MOST = 100
# The longest text of a dimension is a path.
VALUE_MAX_LENGTH = 500
SEGMENT = "segment"
PROPERTY = "property"
GOAL = "goal"
JSON_FIELDS = ("dimension", "operator", "values")


@dataclass(frozen=True, slots=True)
class Filter:
    r"""A condition on visits: of the dimension, with the operator, any (or none) of the values.

    `dimension` is a name of the registry, `goal`, `property[key]` about the values of a property,
    where `\` stands before each `]` and `\` of the key, or `property` about the keys that an event has.
    Raises InvalidQuery, with the field `filter`, when it makes no sense.
    """

    dimension: str
    operator: Operator
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        # The text of an operator is equal to it, and yet another key of a dictionary.
        object.__setattr__(self, "operator", _parse_operator(self.operator))
        _check_dimension(self.dimension)
        _check_values(self.operator, self.values)

    @property
    def name(self) -> str:
        """The dimension without the key of a property."""
        return split_dimension(self.dimension)[0]

    @property
    def key(self) -> str | None:
        """The key whose values a filter is about; None for everything but such properties."""
        return split_dimension(self.dimension)[1]

    @property
    def text(self) -> str:
        """The filter as an address has it, before percent-encoding."""
        return join_text(self.dimension, self.operator.value, self.values)

    @property
    def words(self) -> str:
        """The filter as people read it: “Browser is Chrome or Firefox”."""
        values = [self.value_words(value) for value in self.values]
        last = values.pop()
        if values:
            last = _("%(values)s or %(last)s") % {"values": ", ".join(values), "last": last}
        return f"{self._label} {self.operator.label} {last}"

    def to_json(self) -> dict[str, Any]:
        return {
            "dimension": self.dimension,
            "operator": self.operator.value,
            "values": list(self.values),
        }

    @property
    def _label(self) -> str:
        if self.name == PROPERTY:
            if self.key is None:
                return _("Property")
            return _("Property %(key)s") % {"key": self.key}
        return _("Goal") if self.name == GOAL else str(DIMENSIONS[self.name].label)

    def value_words(self, value: str) -> str:
        """Return the words of a whole value; a part of one stays as it was typed."""
        if self.operator.is_partial:
            return value
        if self.name in {PROPERTY, GOAL}:
            return labels.text_label(value)
        return _words_of(DIMENSIONS[self.name], value)


def _words_of(dimension: Dimension, text: str) -> str:
    """Return what a breakdown calls the value with this text."""
    joiner, count = dimension.joiner, len(dimension.fields)
    fields = text.split(joiner, count - 1) if count > 1 else [text]
    return dimension.words(*fields, *[""] * (count - len(fields)))


def parse_filters(
    params: QueryDict | Sequence[str], site: Site | None = None
) -> tuple[Filter, ...]:
    """Return the filters of a request, or of texts that are one each, in their order.

    Of a request, the parameters `filter` and `segment` count, both as often as they occur; filters
    of segments come first. `segment` needs the site whose segments may be named. Raises InvalidQuery,
    with the field `filter` or `segment`.
    """
    if not isinstance(params, QueryDict):
        return _checked([parse_filter(text) for text in params])
    segments = find_segments(params.getlist(SEGMENT), site)
    filters = [condition for segment in segments for condition in segment_filters(segment)]
    check_number(params.getlist(FIELD))
    return _checked([*filters, *(parse_filter(text) for text in params.getlist(FIELD))])


def parse_filter(text: str) -> Filter:
    """Return the filter of a text such as `browser:is:Chrome|Firefox`. Raises InvalidQuery."""
    _check_storable(text)
    dimension, operator, values = split_text(text)
    return Filter(dimension, _parse_operator(operator), values)


def filters_from_json(value: object) -> tuple[Filter, ...]:
    """Return the filters of a list of objects with dimension, operator and values.

    Raises InvalidQuery, with the field `filter`.
    """
    if not isinstance(value, list):
        raise InvalidQuery(FIELD, _("Write filters as a list."))
    check_number(value)
    return tuple(_filter_from_json(item) for item in value)


def filters_to_json(filters: Iterable[Filter]) -> list[dict[str, Any]]:
    """Return what `filters_from_json` reads: what a segment keeps."""
    return [condition.to_json() for condition in filters]


def segment_filters(segment: Segment) -> tuple[Filter, ...]:
    """Return the filters of a segment.

    Raises InvalidQuery, with the field `segment`, when it was stored by a version that knew more.
    """
    try:
        return filters_from_json(segment.filters)
    except InvalidQuery as error:
        sentence = _("The segment “%(name)s” cannot be used. %(sentence)s") % {
            "name": segment.name,
            "sentence": error.sentence,
        }
        raise InvalidQuery(SEGMENT, sentence) from error


def find_segments(ids: Sequence[str], site: Site | None) -> list[Segment]:
    """Return the segments that a request names, in its order; one statement, none for no segments.

    Raises InvalidQuery, with the field `segment`.
    """
    numbers = [_segment_number(text) for text in ids]
    if not numbers:
        return []
    if site is None:
        raise InvalidQuery(
            SEGMENT, _("A segment belongs to one site. Ask for the reports of that site.")
        )
    check_number(numbers)
    found = Segment.objects.filter(site=site).in_bulk(numbers)
    if missing := [number for number in numbers if number not in found]:
        raise InvalidQuery(
            SEGMENT, _("The site has no segment %(missing)s.") % {"missing": missing[0]}
        )
    return [found[number] for number in numbers]


def check_number(filters: Sequence[object]) -> None:
    """Raise InvalidQuery for more filters, or segments, than a report takes."""
    if len(filters) > FILTERS_AT_MOST:
        raise InvalidQuery(
            FIELD, _("Use %(number)s filters at most.") % {"number": FILTERS_AT_MOST}
        )
    goals = [each for each in filters if isinstance(each, Filter) and each.name == GOAL]
    if len(goals) > GOAL_FILTERS_AT_MOST:
        raise InvalidQuery(
            FIELD, _("Filter by goals %(number)s times at most.") % {"number": GOAL_FILTERS_AT_MOST}
        )


def _segment_number(text: str) -> int:
    # Eighteen digits fit into a column; some of other scripts are digits too.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidQuery(SEGMENT, _("Name a segment by its number."))
    return int(text)


def _filter_from_json(item: object) -> Filter:
    if not isinstance(item, dict) or set(item) != set(JSON_FIELDS):
        raise InvalidQuery(FIELD, _("A filter is an object with dimension, operator and values."))
    dimension, operator, values = (item[field] for field in JSON_FIELDS)
    if not (isinstance(dimension, str) and isinstance(operator, str) and isinstance(values, list)):
        raise InvalidQuery(
            FIELD, _("Dimension and operator of a filter are texts, its values a list.")
        )
    if not all(isinstance(value, str) for value in values):
        raise InvalidQuery(FIELD, _("The values of a filter are texts."))
    _check_storable(operator)
    return Filter(dimension, _parse_operator(operator), tuple(values))


def _parse_operator(text: str) -> Operator:
    if text not in Operator.values:
        choices = ", ".join(Operator.values)
        raise InvalidQuery(
            FIELD,
            _("“%(text)s” is not an operator. Choose one of %(choices)s.")
            % {"text": shown(text), "choices": choices},
        )
    return Operator(text)


def _check_dimension(text: str) -> None:
    _check_storable(text)
    name, key = split_dimension(text)
    if name == PROPERTY:
        _check_key(key)
    elif key is not None:
        raise InvalidQuery(
            FIELD, _("Only a property is named with brackets, as in property[plan].")
        )
    elif name not in filterable_names():
        choices = ", ".join(filterable_names())
        sentence = _("“%(name)s” cannot be filtered by. Choose one of %(choices)s.") % {
            "name": shown(name),
            "choices": choices,
        }
        raise InvalidQuery(FIELD, sentence)


def _check_key(key: str | None) -> None:
    if key == "":
        raise InvalidQuery(FIELD, _("Name the property in brackets, for example property[plan]."))
    if key is not None and len(key) > NAME_MAX_LENGTH:
        sentence = _("The name of a property has %(number)s characters at most.") % {
            "number": NAME_MAX_LENGTH
        }
        raise InvalidQuery(FIELD, sentence)


def filterable_names() -> tuple[str, ...]:
    """Return what filters can be about: the dimensions that have texts, properties and goals."""
    names = [name for name, dimension in DIMENSIONS.items() if dimension.fields]
    return tuple(dict.fromkeys([*names, PROPERTY, GOAL]))


def _check_values(operator: Operator, values: tuple[str, ...]) -> None:
    if not 0 < len(values) <= VALUES_AT_MOST:
        raise InvalidQuery(
            FIELD, _("A filter has one to %(number)s values.") % {"number": VALUES_AT_MOST}
        )
    for value in values:
        _check_storable(value)
        if len(value) > VALUE_MAX_LENGTH:
            sentence = _("A value of a filter has %(number)s characters at most.") % {
                "number": VALUE_MAX_LENGTH
            }
            raise InvalidQuery(FIELD, sentence)
        if operator.is_partial and not value:
            # Every text contains nothing.
            raise InvalidQuery(FIELD, _("Write what the text shall contain or not contain."))


def _check_storable(text: str) -> None:
    if not is_storable(text):
        raise InvalidQuery(FIELD, _("A filter has a character that no stored text can have."))


def _checked(filters: Sequence[Filter]) -> tuple[Filter, ...]:
    check_number(filters)
    return tuple(filters)
