"""A form field for JSON that a person writes."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput

from visits.models.condition import is_storable

# Filters and conditions are three levels deep.
JSON_DEPTH_AT_MOST = 10


class BoundedJSONField(forms.JSONField):
    """JSON of some levels, with numbers that Python reads.

    It is shown even if a person wrote half a character, which no page can show as it is.
    """

    def to_python(self, value: Any) -> Any:
        try:
            parsed = super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise self._invalid() from error
        if not _is_shallow(parsed, JSON_DEPTH_AT_MOST):
            raise self._invalid()
        return parsed

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what was sent as it is when `to_python` refuses it: the form shows it again."""
        try:
            self.to_python(data)
        except forms.ValidationError:
            return InvalidJSONInput(data)
        return super().bound_data(data, initial)

    def prepare_value(self, value: Any) -> Any:
        prepared = super().prepare_value(value)
        return prepared if is_storable(prepared) else json.dumps(value)

    def _invalid(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["invalid"], code="invalid")


def _is_shallow(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return levels > 0 and all(_is_shallow(item, levels - 1) for item in value)
