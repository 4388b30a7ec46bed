"""Reports that staff define once, and the runs of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from sites.models import NAME_MAX_LENGTH, Site, Tag, validate_one_line
from visits.models.condition import validate_storable

REPORT_ROWS_AT_MOST = 1_000
PROBLEM_MAX_LENGTH = 300


class Report(models.Model):
    """A question about some or all sites, kept under a name.

    Metrics, dimensions, filters, periods and comparisons have the names that visits.reports gives them and
    judges: visits.saved turns a report into its question.
    """

    class Subject(models.TextChoices):
        VISITS = "visits", "Visits and events"
        REFUSALS = "refusals", "Refused hits"

    class Reach(models.TextChoices):
        ALL = "all", "All sites"
        SITES = "sites", "Chosen sites"
        OWNERS = "owners", "Sites of chosen owners"
        TAGS = "tags", "Sites with a tag"

    class Chart(models.TextChoices):
        NONE = "none", "None"
        SERIES = "series", "Line by time"
        BARS = "bars", "Bars"

    name = models.CharField(
        max_length=NAME_MAX_LENGTH,
        unique=True,
        validators=[validate_one_line, validate_storable],
        error_messages={"unique": "There is a report with this name already."},
    )
    description = models.CharField(max_length=300, blank=True, validators=[validate_storable])
    subject = models.CharField(max_length=10, choices=Subject, default=Subject.VISITS)
    reach = models.CharField("sites", max_length=10, choices=Reach, default=Reach.ALL)
    sites = models.ManyToManyField(Site, blank=True, related_name="+")
    owners = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    metrics = models.JSONField(default=list)
    # Empty for totals.
    dimension = models.CharField(max_length=100, blank=True)
    second_dimension = models.CharField(max_length=100, blank=True)
    filters = models.JSONField(default=list, blank=True)
    period = models.CharField(max_length=20, default="28d")
    # Of the period “custom”.
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    comparison = models.CharField(max_length=20, blank=True, default="previous")
    matches_weekdays = models.BooleanField(default=False)
    # As breakdowns take it: a metric, “name” or “change”, with "-" in front for the largest first.
    sort = models.CharField(max_length=60, blank=True)
    limit = models.PositiveSmallIntegerField(default=25)
    chart = models.CharField(max_length=10, choices=Chart, default=Chart.BARS)
    # They see it under “Reports”, of their own sites.
    shared_with = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="shared_reports"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ReportRun(models.Model):
    """That a report was run: when, by whom, for what, and what came of it."""

    class Purpose(models.TextChoices):
        PAGE = "page", "Page"
        EXPORT = "export", "Export"
        MAIL = "mail", "Mail"
        COMMAND = "command", "Command line"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="runs")
    ran_at = models.DateTimeField(auto_now_add=True)
    ran_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(max_length=10, choices=Purpose)
    row_count = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(default=0)
    # What went wrong, as a sentence; empty when nothing did.
    problem = models.CharField(max_length=PROBLEM_MAX_LENGTH, blank=True)

    class Meta:
        ordering = ("-ran_at", "-id")

    def __str__(self) -> str:
        return f"{self.report} at {self.ran_at:%Y-%m-%d %H:%M}"
