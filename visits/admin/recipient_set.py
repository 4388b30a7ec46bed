"""The recipients of a schedule, as a set."""

from __future__ import annotations

from typing import Any

from django.forms import BaseInlineFormSet, ValidationError


class RecipientSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Refuse a schedule that sends to nobody."""
        super().clean()
        if not any(self.errors) and not any(map(self._is_kept, self.forms)):
            raise ValidationError("Name at least one recipient: without any, nothing is sent.")

    def _is_kept(self, form: Any) -> bool:
        is_one = form.instance.pk is not None or form.has_changed()
        return is_one and not (self.can_delete and form.cleaned_data.get("DELETE"))
