"""The form of a goal: what its kind is made of, and the conditions on properties as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sites.forms import VERBATIM
from sites.of_site_form import OfSiteForm
from visits.dashboard.settings.form_rows import NO_ROWS, NeededFields
from visits.models import Condition, Goal, Operator
from visits.models.condition import CONDITION_FIELDS, CONDITIONS_AT_MOST, InvalidCondition
from visits.models.dimension import NAME_MAX_LENGTH, PROPERTY_VALUE_MAX_LENGTH
from visits.models.goal import MISSING, NEEDED

# A form that somebody else wrote may have more rows than this one; the rest is not looked at.
ROWS_AT_MOST = 2 * CONDITIONS_AT_MOST
BLANK_ROW: dict[str, Any] = {"key": "", "operator": Operator.IS, "value": ""}
KINDS = {
    Goal.Kind.PAGE: _("Somebody views a page"),
    Goal.Kind.EVENT: _("An event happens"),
    Goal.Kind.SCROLL: _("Somebody reads a page down to a depth"),
}
OPERATORS = {
    Operator.IS: _("is"),
    Operator.IS_NOT: _("is not"),
    Operator.CONTAINS: _("contains"),
    Operator.CONTAINS_NOT: _("does not contain"),
}


class ConditionForm(NeededFields, forms.Form):
    """What a property of the event must be like. A row without key and value is none."""

    key = forms.CharField(label=_("Property"), max_length=NAME_MAX_LENGTH, required=False)
    operator = forms.ChoiceField(label=_("Comparison"), choices=list(OPERATORS.items()))
    value = forms.CharField(label=_("Value"), max_length=PROPERTY_VALUE_MAX_LENGTH, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # No form may be left out because it was not changed: what is empty is said by `clean`.
        super().__init__(*args, **kwargs | {"empty_permitted": False})
        self.fields["key"].widget.attrs |= VERBATIM | {"list": "property-keys"}
        self.fields["value"].widget.attrs |= VERBATIM

    def clean(self) -> dict[str, Any]:
        """Put the condition beside its parts, None for an empty row."""
        parts = self.cleaned_data
        parts["condition"] = None
        if not self.errors and (parts["key"] or parts["value"]):
            try:
                operator = Operator(parts["operator"])
                parts["condition"] = Condition(parts["key"], operator, parts["value"])
            except InvalidCondition as error:
                raise forms.ValidationError(str(error)) from error
        return parts


class ConditionRows(BaseFormSet):
    """The conditions of a goal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        sentence = ngettext(
            "A goal has %(count)d condition at most.",
            "A goal has %(count)d conditions at most.",
            CONDITIONS_AT_MOST,
        ) % {"count": CONDITIONS_AT_MOST}
        errors = {"too_many_forms": sentence, **NO_ROWS}
        super().__init__(*args, **kwargs | {"error_messages": errors})

    def conditions(self) -> list[dict[str, str]]:
        """Return what a goal keeps of rows that are valid."""
        found = (form.cleaned_data["condition"] for form in self.forms)
        return [condition.to_json() for condition in found if condition]

    def typed(self) -> list[dict[str, Any]]:
        """Return what stands in the rows, whatever it is worth."""
        return [{name: form[name].value() for name in CONDITION_FIELDS} for form in self.forms]

    @property
    def has_room(self) -> bool:
        return len(self.forms) < CONDITIONS_AT_MOST


ConditionFormSet = cast(
    type[ConditionRows],
    forms.formset_factory(
        ConditionForm,
        formset=ConditionRows,
        extra=0,
        max_num=CONDITIONS_AT_MOST,
        validate_max=True,
        absolute_max=ROWS_AT_MOST,
    ),
)


class GoalForm(NeededFields, OfSiteForm):
    """A goal of a site. Site is set before: a name is unique to a site.

    Fields that the kind does not have are ignored, whatever stands in them: they may be out of sight.
    """

    class Meta:
        model = Goal
        fields: ClassVar[tuple[str, ...]] = (
            "name",
            "kind",
            "page_pattern",
            "event_name",
            "scroll_percent",
        )
        widgets: ClassVar[dict[str, Any]] = {"kind": forms.RadioSelect}

    def __init__(
        self,
        posted: Mapping[str, Any] | None = None,
        *,
        instance: Goal,
        initial: Mapping[str, Any] | None = None,
        rows: list[dict[str, Any]] | None = None,
        is_preview: bool = False,
    ) -> None:
        super().__init__(posted, instance=instance, initial=dict(initial or {}))
        self.rows = ConditionFormSet(
            posted,
            prefix="conditions",
            initial=instance.conditions if rows is None else rows,
        )
        # What met a goal can be counted before it has a name.
        self.fields["name"].required = not (is_preview and self.is_bound)
        self._say_what_fields_are()

    def _say_what_fields_are(self) -> None:
        kind, page = self.fields["kind"], self.fields["page_pattern"]
        event, depth = self.fields["event_name"], self.fields["scroll_percent"]
        assert isinstance(kind, forms.TypedChoiceField)
        kind.label, kind.choices = _("What counts"), list(KINDS.items())
        page.label, page.help_text = (
            _("Page"),
            _(
                "A path as reports show it, for example /thanks. A * stands for a part between slashes:"
                " /*/thanks. ** stands for any depth: /blog/**."
            ),
        )
        event.label, event.help_text = (
            _("Event"),
            _("Its name as your site sends it, in the same capitals: Signup."),
        )
        depth.label, depth.help_text = (
            _("Depth in per cent"),
            _("From 1 to 100. Somebody who saw three quarters of the page has read down to 75."),
        )
        page.widget.attrs |= VERBATIM | {"list": "pages", "inputmode": "url"}
        event.widget.attrs |= VERBATIM | {"list": "event-names"}

    def is_valid(self) -> bool:
        # Both, so that all that is wrong is said at once.
        is_valid = self.rows.is_valid()
        return super().is_valid() and (is_valid or not self._is_event())

    def clean(self) -> dict[str, Any]:
        """Keep what the kind is made of, and say what is missing of it."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        needed = NEEDED[Goal.Kind(kind)] if kind else ()
        for name in MISSING:
            if name not in needed:
                cleaned[name] = None if name == "scroll_percent" else ""
                self.errors.pop(name, None)
        has_conditions = self._is_event() and self.rows.is_valid()
        self.instance.conditions = self.rows.conditions() if has_conditions else []
        return cleaned

    def typed(self) -> dict[str, Any]:
        """Return what stands in the fields, whatever it is worth."""
        return {name: self[name].value() for name in self.fields}

    def _is_event(self) -> bool:
        return self.cleaned_data.get("kind") == Goal.Kind.EVENT


class GoalStartForm(forms.Form):
    """What a link to a new goal fills in."""

    kind = forms.ChoiceField(choices=Goal.Kind.choices, required=False)
    page_pattern = forms.CharField(required=False)
    event_name = forms.CharField(required=False)

    def start(self) -> dict[str, str]:
        """Return the fields that make sense; a view of a page is the kind of most goals."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return {"kind": Goal.Kind.PAGE, **given}
