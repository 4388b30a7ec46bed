"""The form of a saved report: choices come from the registries, and what cannot be answered is not stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from sites.models import Site, SiteQuerySet
from visits.admin.report_filters import FiltersField
from visits.models import Report
from visits.models.report import REPORT_ROWS_AT_MOST
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import join_dimension, split_dimension
from visits.reports.filters import PROPERTY
from visits.reports.period import PeriodName
from visits.saved.check import check_report
from visits.saved.choices import (
    comparison_choices,
    dimension_choices,
    metric_choices,
    period_choices,
    sort_choices,
)
from visits.saved.question import sites_in_reach

# The fields of the form that the fields of a question are in.
FIELDS: Mapping[str, str] = {
    "metrics": "main_metric",
    "dimension": "dimension",
    "second": "second_dimension",
    "sort": "sort",
    "filter": "filters",
    "from": "first_day",
    "to": "last_day",
    "period": "period",
    "comparison": "comparison",
    "chart": "chart",
}
LABELS = {
    "subject": "Counts",
    "reach": "Which sites",
    "sites": "Chosen sites",
    "owners": "Chosen owners",
    "tags": "Chosen tags",
    "matches_weekdays": "Match weekdays",
}
DIMENSIONS = ("dimension", "second_dimension")
CHOSEN = {
    Report.Reach.SITES: ("sites", "Choose one site or more."),
    Report.Reach.OWNERS: ("owners", "Choose one owner or more."),
    Report.Reach.TAGS: ("tags", "Choose one tag or more."),
}


class ReportForm(forms.ModelForm):
    main_metric = forms.ChoiceField(
        choices=metric_choices,
        help_text="The chart shows this one, and rows are in its order unless another is chosen.",
    )
    metrics = forms.MultipleChoiceField(
        label="More metrics",
        choices=metric_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    dimension = forms.ChoiceField(
        choices=dimension_choices, required=False, help_text="Without one, totals."
    )
    second_dimension = forms.ChoiceField(choices=dimension_choices, required=False)
    property_key = forms.CharField(
        label="Key of the property",
        required=False,
        max_length=200,
        help_text="Splits by the values of this key, where the dimension is “Event property”.",
    )
    filters = FiltersField(required=False)
    period = forms.ChoiceField(choices=period_choices, initial=PeriodName.LAST_28_DAYS)
    comparison = forms.ChoiceField(choices=comparison_choices, required=False)
    sort = forms.ChoiceField(label="Order", choices=sort_choices, required=False)
    limit = forms.IntegerField(label="Rows", min_value=1, max_value=REPORT_ROWS_AT_MOST, initial=25)

    class Meta:
        model = Report
        fields = (
            "name",
            "description",
            "subject",
            "reach",
            "sites",
            "owners",
            "tags",
            "main_metric",
            "metrics",
            "dimension",
            "second_dimension",
            "property_key",
            "filters",
            "period",
            "first_day",
            "last_day",
            "comparison",
            "matches_weekdays",
            "sort",
            "limit",
            "chart",
            "shared_with",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            if name in self.fields:
                self.fields[name].label = label
        metrics = [*self.instance.metrics] or self.initial.get("metrics") or ["visitors"]
        self.initial.update(main_metric=metrics[0], metrics=metrics[1:])
        for name in DIMENSIONS:
            base, key = _split(str(self.initial.get(name) or ""))
            self.initial[name] = base
            if key:
                self.initial["property_key"] = key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        main, others = cleaned.get("main_metric"), cleaned.get("metrics") or []
        cleaned["metrics"] = [main, *(name for name in others if name != main)]
        for name in DIMENSIONS:
            if cleaned.get(name) == PROPERTY and cleaned.get("property_key"):
                cleaned[name] = join_dimension(PROPERTY, cleaned["property_key"])
        if cleaned.get("period") != PeriodName.CUSTOM:
            cleaned["first_day"] = cleaned["last_day"] = None
        self._check_reach(cleaned)
        return cleaned

    def sites(self) -> SiteQuerySet:
        """Return the sites that the report is about as it is filled in, or stored where that is guarded.

        The form must be valid.
        """
        sites: SiteQuerySet = Site.objects.all()
        match self.cleaned_data.get("reach"):
            case None:
                return sites_in_reach(self.instance, sites)
            case Report.Reach.SITES:
                return sites.filter(pk__in=self.cleaned_data["sites"])
            case Report.Reach.OWNERS:
                return sites.filter(owner__in=self.cleaned_data["owners"])
            case Report.Reach.TAGS:
                tagged = Site.objects.filter(tags__in=self.cleaned_data["tags"])
                return sites.filter(pk__in=tagged.values("pk"))
        return sites

    def _check_reach(self, cleaned: dict[str, Any]) -> None:
        field, sentence = CHOSEN.get(cleaned.get("reach", ""), ("", ""))
        if field and field not in self.errors and not cleaned.get(field):
            self.add_error(field, sentence)

    def _post_clean(self) -> None:
        """Fill the report, then ask whether it could be answered."""
        super()._post_clean()  # type: ignore[misc]  # the stubs do not have it
        if self.errors:
            return
        try:
            check_report(self.instance, timezone.now())
        except InvalidQuery as error:
            field = FIELDS.get(error.field)
            self.add_error(field if field in self.fields else None, error.sentence)


def _split(dimension: str) -> tuple[str, str]:
    """Return a stored dimension and the key in its brackets, both as the form has them."""
    try:
        name, key = split_dimension(dimension) if dimension else ("", None)
    except InvalidQuery:
        return "", ""
    return name, key or ""
