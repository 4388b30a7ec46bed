"""Which visits staff do not want: the same filters and periods as reports have, and what they come to."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from sites.lookup import UnclearSite, find_site
from sites.models import Site
from visits.admin.days_form import day_field
from visits.admin.report_filters import FiltersField
from visits.models.quarantine import REASON_MAX_LENGTH
from visits.reports.exceptions import InvalidQuery
from visits.reports.filters import filters_from_json
from visits.reports.first_day import first_day
from visits.reports.parsing import parse_period
from visits.reports.period import PeriodName
from visits.reports.query import ReportQuery
from visits.reports.selection import Selection
from visits.saved.choices import period_choices

FIELDS = {"filter": "filters", "period": "period", "from": "first_day", "to": "last_day"}


class UnwantedForm(forms.Form):
    """A site, filters and days. Once it is valid, `selection` has the visits."""

    site = forms.CharField(max_length=253, help_text="Its domain, key or number.")
    filters = FiltersField(
        required=False, help_text="All of them have to be met. Without any, all visits."
    )
    period = forms.ChoiceField(choices=period_choices, initial=PeriodName.CUSTOM)
    first_day = day_field("Of a custom period.")
    last_day = day_field("Of a custom period.")

    selection: Selection

    def is_asked(self) -> bool:
        """Tell whether there is a selection: the domain that confirms it may be missing yet."""
        return self.is_bound and not self.errors.keys() - {"confirmation"}

    def clean_site(self) -> Site:
        try:
            return find_site(self.cleaned_data["site"])
        except UnclearSite as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.selection = self._selection(cleaned)
            except InvalidQuery as error:
                self.add_error(FIELDS.get(error.field), error.sentence)
        return cleaned

    def _selection(self, cleaned: dict[str, Any]) -> Selection:
        site: Site = cleaned["site"]
        params = {"period": cleaned["period"]}
        if cleaned["period"] == PeriodName.CUSTOM:
            params |= {"from": _text(cleaned["first_day"]), "to": _text(cleaned["last_day"])}
        period = parse_period(params, timezone.now(), site.zone, partial(first_day, site))
        filters = filters_from_json(cleaned["filters"])
        return Selection(ReportQuery((site,), period, filters=filters))


class QuarantineForm(UnwantedForm):
    reason = forms.CharField(
        required=False, max_length=REASON_MAX_LENGTH, help_text="A note for others."
    )


class PurgeForm(UnwantedForm):
    """With the domain, once more: what is purged is gone."""

    confirmation = forms.CharField(
        required=False,
        label="The domain, to be sure",
        help_text="Before anything is removed, type the domain of the site.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "apply" not in self.data or self.errors:
            return cleaned
        typed = cleaned["confirmation"].strip()
        if not typed:
            self.add_error("confirmation", f"Type the domain: {cleaned['site'].domain}")
        elif typed != cleaned["site"].domain:
            self.add_error("confirmation", "This is not the domain of the site.")
        return cleaned


def _text(day: dt.date | None) -> str:
    return "" if day is None else str(day)
