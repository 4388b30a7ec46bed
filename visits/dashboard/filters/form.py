"""The form in which a filter is written, and what has been written so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from visits.dashboard.report import SiteReport
from visits.models import Operator
from visits.models.condition import is_storable
from visits.reports.dimensions import get_dimension
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import FIELD
from visits.reports.filters import VALUE_MAX_LENGTH, VALUES_AT_MOST, Filter, parse_filter

# The dimension of whose details somebody came.
DETAILS = "details"
# The buttons: one more value, and back to the report.
ADD, APPLY = "add", "apply"
STEPS = ((ADD, ADD), (APPLY, APPLY))


@dataclass(frozen=True, slots=True)
class Draft:
    """A filter that is being written. `typed` is what stands in the text field, `edited` the filter that
    this one is to replace, `dimension` empty as long as none is chosen."""

    dimension: str = ""
    operator: Operator = Operator.IS
    values: tuple[str, ...] = ()
    typed: str = ""
    edited: Filter | None = None

    @property
    def counts_typed(self) -> bool:
        """Whether what stands in the text field is meant as a value, and was not for searching only."""
        return bool(self.typed) and (self.operator.is_partial or not self.values)

    def with_typed(self, text: str) -> Draft:
        """Return the draft in which what was typed is one of the values, as this text."""
        return replace(self, values=tuple(dict.fromkeys((*self.values, text))), typed="")

    def finished(self) -> Filter:
        """Return the filter. Raises InvalidQuery."""
        if not self.values:
            raise InvalidQuery(FIELD, _("Choose a value, or write one."))
        return Filter(self.dimension, self.operator, self.values)


class TextsField(forms.Field):
    """Any number of texts, each once and in their order."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value or ()))

    def validate(self, value: tuple[str, ...]) -> None:
        if len(value) > VALUES_AT_MOST:
            number = {"number": VALUES_AT_MOST}
            raise forms.ValidationError(_("Choose %(number)s values at most.") % number)
        if not all(is_storable(text) and len(text) <= VALUE_MAX_LENGTH for text in value):
            raise forms.ValidationError(_("One of the values cannot be filtered by."))


class FilterForm(forms.Form):
    """What the editor sends: on which dimension, how, which values; all of it may still be missing."""

    on = forms.CharField(required=False)
    operator = forms.ChoiceField(choices=Operator.choices, required=False)
    value = TextsField(required=False)
    typed = forms.CharField(required=False, max_length=VALUE_MAX_LENGTH)
    edits = forms.CharField(required=False)
    details = forms.CharField(required=False)
    step = forms.ChoiceField(choices=STEPS, required=False)

    def __init__(self, params: Any, *, report: SiteReport) -> None:
        super().__init__(params)
        self.report = report

    def clean_on(self) -> str:
        """Return a dimension that the reader of the report may filter by, or nothing."""
        dimension = str(self.cleaned_data["on"])
        if not dimension:
            return ""
        try:
            condition = Filter(dimension, Operator.IS, ("",))
            self.report.scope.check_filters([condition])
        except InvalidQuery as error:
            raise forms.ValidationError(error.sentence) from error
        return dimension

    def clean_operator(self) -> Operator:
        return Operator(self.cleaned_data["operator"] or Operator.IS)

    def clean_edits(self) -> Filter | None:
        """Return the filter of the report that is edited; one that was removed meanwhile is written anew."""
        try:
            condition = parse_filter(self.cleaned_data["edits"])
        except InvalidQuery:
            return None
        return condition if condition in self.report.choice.filters else None

    def clean_details(self) -> str:
        """Return the dimension of whose details somebody came, nothing where there are none."""
        try:
            return get_dimension(self.cleaned_data["details"]).name
        except InvalidQuery:
            return ""

    def draft(self) -> Draft:
        """Return what is written so far, as far as it makes sense."""
        cleaned = self.cleaned_data if self.is_bound and self.errors is not None else {}
        edited: Filter | None = cleaned.get("edits")
        if edited and "on" not in self.data:
            return Draft(edited.dimension, edited.operator, edited.values, "", edited)
        return Draft(
            dimension=cleaned.get("on", ""),
            operator=cleaned.get("operator", Operator.IS),
            values=cleaned.get("value", ()),
            typed=cleaned.get("typed", ""),
            edited=edited,
        )

    def came_from(self) -> str:
        """Return the dimension of whose details somebody came, empty for the report."""
        return (
            str(self.cleaned_data.get(DETAILS, ""))
            if self.is_bound and self.errors is not None
            else ""
        )

    def problem(self) -> str:
        """Return the first sentence about what is wrong, empty when nothing is."""
        return next((str(errors[0]) for errors in self.errors.values()), "")
