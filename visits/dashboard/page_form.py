"""Which page of a list an address asks for."""

from __future__ import annotations

from django import forms

PAGES_AT_MOST = 1_000


class PageForm(forms.Form):
    page = forms.IntegerField(min_value=1, max_value=PAGES_AT_MOST, required=False)

    def number(self) -> int:
        """Return the page, the first one when the address names none or a wrong one."""
        return self.cleaned_data["page"] or 1 if self.is_valid() else 1
