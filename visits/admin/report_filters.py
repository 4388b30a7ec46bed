"""Filters of a report as rows of a form: a dimension, an operator, values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from visits.models import Operator
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import join_dimension, split_dimension
from visits.reports.filters import FILTERS_AT_MOST, PROPERTY, filters_from_json, filters_to_json
from visits.saved.choices import filter_choices, operator_choices

PARTS = ("dimension", "key", "operator", "values")
# So many more than there are: saving makes room for further ones.
EMPTY_ROWS = 2
# Between the values of a filter; within one, it is doubled.
BETWEEN = "|"


class FiltersWidget(forms.Widget):
    """Rows of which each has an input for each part; an empty dimension is no filter."""

    template = "admin/visits/report/_filters.html"
    use_fieldset = True

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> Any:
        # What the template makes: text that is escaped already.
        filled = value if isinstance(value, list) else []
        empty = dict.fromkeys(PARTS, "")
        rows = [_parts(each) for each in filled] + [empty] * EMPTY_ROWS
        context = {
            "name": name,
            "rows": rows[:FILTERS_AT_MOST],
            "dimensions": filter_choices(),
            "operators": operator_choices(),
        }
        return render_to_string(self.template, context)

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, Any], name: str
    ) -> list[dict[str, Any]]:
        """Return the rows that are filled in, in the shape in which filters are stored."""
        lists = [data.getlist(f"{name}_{part}") for part in PARTS]
        rows = [dict(zip(PARTS, row, strict=True)) for row in zip(*lists, strict=False)]
        return [_stored(row) for row in rows if row["dimension"]]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class FiltersField(forms.Field):
    """A list of filters, judged as those of a request are."""

    widget = FiltersWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != (data or [])

    def clean(self, value: Any) -> list[dict[str, Any]]:
        try:
            return filters_to_json(filters_from_json(value or []))
        except InvalidQuery as error:
            raise forms.ValidationError(error.sentence) from error


def _stored(row: dict[str, str]) -> dict[str, Any]:
    is_of_key = row["dimension"] == PROPERTY and row["key"]
    dimension = join_dimension(PROPERTY, row["key"]) if is_of_key else row["dimension"]
    values = [value.strip() for value in row["values"].split(BETWEEN)]
    return {
        "dimension": dimension,
        "operator": row["operator"] or Operator.IS.value,
        "values": values,
    }


def _parts(stored: Any) -> dict[str, str]:
    """Return a filter as its row shows it."""
    try:
        name, key = split_dimension(str(stored["dimension"]))
    except InvalidQuery:
        name, key = "", None
    return {
        "dimension": name,
        "key": key or "",
        "operator": str(stored["operator"]),
        "values": BETWEEN.join(map(str, stored["values"])),
    }
