"""Goals and funnels in the admin, checked as on their owner's own page."""

from __future__ import annotations

from django.contrib import admin
from django.forms.models import BaseInlineFormSet

from visits.admin.named import NamedOfSiteAdmin
from visits.models import Funnel, FunnelStep, Goal
from visits.models.goal import STEPS_AT_LEAST, STEPS_AT_MOST, validate_steps


@admin.register(Goal)
class GoalAdmin(NamedOfSiteAdmin):
    list_display = ("name", "kind", "page_pattern", "event_name", "site")
    list_filter = ("kind",)
    fields = (
        "site",
        "name",
        "kind",
        "page_pattern",
        "event_name",
        "conditions",
        "scroll_percent",
        "created_at",
    )


class StepFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Count the steps and keep the goals of other sites out."""
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form not in self.deleted_forms]
        goals = [form.cleaned_data["goal"] for form in kept if form.cleaned_data.get("goal")]
        if self.instance.site_id:
            validate_steps(self.instance, goals)


class StepInline(admin.TabularInline):
    model = FunnelStep
    formset = StepFormSet
    min_num = STEPS_AT_LEAST
    max_num = STEPS_AT_MOST
    extra = 1
    autocomplete_fields = ("goal",)


@admin.register(Funnel)
class FunnelAdmin(NamedOfSiteAdmin):
    list_display = ("name", "site")
    fields = ("site", "name", "created_at")
    inlines = (StepInline,)
