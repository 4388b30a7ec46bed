"""The form of a funnel: its name, and its steps in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from sites.of_site_form import OfSiteForm
from visits.dashboard.settings.form_rows import NO_ROWS, NeededFields
from visits.models import Funnel, Goal
from visits.models.goal import STEPS_AT_LEAST, STEPS_AT_MOST, validate_steps
from visits.reports.visible import visible

# A form that somebody else wrote may have more rows than this one; the rest is not looked at.
ROWS_AT_MOST = 2 * STEPS_AT_MOST
BLANK_ROW: dict[str, Any] = {"goal": ""}
BLANK_ROWS = [BLANK_ROW] * STEPS_AT_LEAST


class StepForm(NeededFields, forms.Form):
    """A goal of the site. A row without one is no step."""

    goal = forms.TypedChoiceField(label=_("Goal"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, goals: Sequence[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"empty_permitted": False})
        field = self.fields["goal"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", _("Choose a goal")),
            *((goal.pk, visible(goal.name)) for goal in goals),
        ]
        field.error_messages["invalid_choice"] = _("This goal is not there any more.")


class StepRows(BaseFormSet):
    """The steps of a funnel."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"error_messages": NO_ROWS})

    def goal_ids(self) -> list[int]:
        """Return the goals of rows that are valid, in their order."""
        chosen = (form.cleaned_data["goal"] for form in self.forms)
        return [goal for goal in chosen if goal is not None]

    def typed(self) -> list[dict[str, Any]]:
        """Return what is chosen in the rows, whatever it is worth."""
        return [{"goal": form["goal"].value()} for form in self.forms]

    @property
    def has_room(self) -> bool:
        return len(self.forms) < STEPS_AT_MOST


StepFormSet = cast(
    type[StepRows],
    forms.formset_factory(
        StepForm, formset=StepRows, extra=0, max_num=STEPS_AT_MOST, absolute_max=ROWS_AT_MOST
    ),
)


class FunnelForm(OfSiteForm):
    """A funnel of a site. Site is set before: a name is unique to a site."""

    class Meta:
        model = Funnel
        fields: ClassVar[tuple[str, ...]] = ("name",)

    def __init__(
        self,
        posted: Mapping[str, Any] | None = None,
        *,
        instance: Funnel,
        goals: Sequence[Goal],
        initial: Mapping[str, Any] | None = None,
        rows: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(posted, instance=instance, initial=dict(initial or {}))
        self.goals = {goal.pk: goal for goal in goals}
        self.rows = StepFormSet(
            posted, prefix="steps", initial=rows or BLANK_ROWS, form_kwargs={"goals": goals}
        )

    def is_valid(self) -> bool:
        # Both, so that all that is wrong is said at once.
        is_valid = self.rows.is_valid()
        return super().is_valid() and is_valid

    def clean(self) -> dict[str, Any]:
        """Put the goals of the steps beside the name."""
        cleaned = super().clean() or self.cleaned_data
        if self.rows.is_valid():
            cleaned["goals"] = [self.goals[goal_id] for goal_id in self.rows.goal_ids()]
            try:
                validate_steps(self.instance, cleaned["goals"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def typed(self) -> dict[str, Any]:
        """Return what stands in the fields, whatever it is worth."""
        return {"name": self["name"].value()}

    def save(self, commit: bool = True) -> Funnel:
        """Store the funnel, and its steps in their order."""
        funnel: Funnel = super().save(commit)
        if commit:
            funnel.replace_steps(self.cleaned_data["goals"])
        return funnel
