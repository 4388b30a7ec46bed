"""A note as its owner writes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sites.of_site_form import OfSiteForm
from visits.models import Annotation

# The address of a report has a few filters at most.
REPORT_MAX_LENGTH = 8_000


class AnnotationForm(OfSiteForm):
    """A note; the site is set before. `report` is the query of the report from which somebody comes."""

    report = forms.CharField(
        required=False, max_length=REPORT_MAX_LENGTH, widget=forms.HiddenInput()
    )

    class Meta:
        model = Annotation
        fields: ClassVar[tuple[str, ...]] = ("day", "text")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "day": forms.DateInput({"type": "date"}, "%Y-%m-%d")
        }
        labels: ClassVar[Mapping[str, Any]] = {"day": _("Day"), "text": _("Note")}
        help_texts: ClassVar[Mapping[str, Any]] = {
            "day": _("A day of the site's time zone."),
            "text": _(
                "What happened: a newsletter, a new page, an outage. Everybody who may see the"
                " report reads it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["autocomplete"] = "off"

    def clean_report(self) -> str:
        """Return the query as we would write it: whatever it was, it is a query and nothing else."""
        return QueryDict(self.cleaned_data["report"]).urlencode()


class AnnotationStartForm(forms.Form):
    """What a link to a new note fills in."""

    day = forms.DateField(required=False)
    report = forms.CharField(required=False, max_length=REPORT_MAX_LENGTH)

    def start(self, today: dt.date) -> dict[str, Any]:
        """Return the fields that make sense; a note is about today unless it says otherwise."""
        self.is_valid()
        return {
            "day": self.cleaned_data.get("day") or today,
            "report": self.cleaned_data.get("report", ""),
        }
