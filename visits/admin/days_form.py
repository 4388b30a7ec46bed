"""Days that an action is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from visits.models.time import FIRST_DAY, LAST_DAY


def day_field(help_text: str) -> forms.DateField:
    """Return a field for a day, or none, that the browser has a calendar for."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=False, widget=widget, help_text=help_text)


class DaysForm(forms.Form):
    first_day = day_field("Empty: from the first.")
    last_day = day_field("Empty: to the last.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = self.span()
        if first > last:
            self.add_error("last_day", "The last day lies before the first.")
        return cleaned

    def span(self) -> tuple[dt.date, dt.date]:
        cleaned = self.cleaned_data
        return cleaned.get("first_day") or FIRST_DAY, cleaned.get("last_day") or LAST_DAY
