"""Forms with rows that are added, removed and ordered by buttons: without JavaScript, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

SAVE, PREVIEW, ADD = "save", "preview", "add"
REMOVE, UP, DOWN = "remove", "up", "down"
# What a formset says of a request that no form of ours has sent.
NO_ROWS = {"missing_management_form": _("The rows of this form did not arrive. Try again.")}
Row = TypeVar("Row")


class IntentForm(forms.Form):
    """Which button was pressed: `add`, `remove-2`, `up-1`. Nothing, as after Enter, is to store."""

    intent = forms.RegexField(
        rf"\A(?:{SAVE}|{PREVIEW}|{ADD}|(?:{REMOVE}|{UP}|{DOWN})-[0-9]{{1,2}})\Z", required=False
    )


@dataclass(frozen=True, slots=True)
class Intent:
    """What is wanted of a form; `row` is the one whose button was pressed, counted from 0."""

    action: str
    row: int = 0

    @classmethod
    def of(cls, posted: Mapping[str, Any]) -> Self:
        form = IntentForm(posted)
        text = form.cleaned_data["intent"] if form.is_valid() else ""
        action, _hyphen, row = text.partition("-")
        return cls(action or SAVE, int(row or 0))

    @property
    def is_about_rows(self) -> bool:
        return self.action not in {SAVE, PREVIEW}


class NeededFields(forms.BaseForm):
    """A form that shows none of its fields as optional: what may stay empty is said by its `clean`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self._show_as_needed()

    def focus(self, name: str) -> None:
        """Put the cursor into a field when the page has arrived."""
        self.fields[name].widget.attrs["autofocus"] = True

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs do not have it
        self._show_as_needed()

    def _show_as_needed(self) -> None:
        for field in self.fields.values():
            field.required = True


def arrange(rows: Sequence[Row], intent: Intent, blank: Row) -> tuple[list[Row], int | None]:
    """Return the rows as they are wanted, and which of them a person looks at then, None without any.

    A row that does not exist changes nothing.
    """
    arranged = list(rows)
    if intent.action == ADD:
        return [*arranged, blank], len(arranged)
    if intent.row >= len(arranged):
        return arranged, None
    row = arranged.pop(intent.row)
    if intent.action == REMOVE:
        return arranged, min(intent.row, len(arranged) - 1) if arranged else None
    place = max(0, intent.row + (1 if intent.action == DOWN else -1))
    arranged.insert(place, row)
    return arranged, min(place, len(arranged) - 1)
