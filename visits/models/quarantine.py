"""Visits that staff have taken out of all reports, with what puts them back exactly as they were."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from sites.models import Site
from visits.models.time import DayField

REASON_MAX_LENGTH = 200


class Quarantine(models.Model):
    """What was asked for: visits of a site in some days that meet filters. Its counts are what it holds."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    # As addresses write them; and as people read them, because a goal may be renamed.
    filters = models.JSONField(default=list)
    words = models.TextField(blank=True)
    first_day = DayField()
    last_day = DayField()
    reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    # The names of the columns in which the facts are kept: a later version may have others.
    columns = models.JSONField(default=dict)
    visits = models.PositiveIntegerField(default=0)
    hits = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Quarantine {self.pk}"


class QuarantinedVisit(models.Model):
    """A visit with all that belongs to it. It has the id of the visit, which nobody else ever gets.

    `visitor` is by which its visitor's other visits are known now. No hash is in here: that of a visit
    of today stays among the open visits, and goes with the salt of its day.
    """

    id = models.BigIntegerField(primary_key=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    # Without a check of the database, as facts: upkeep removes millions of them in small steps.
    quarantine = models.ForeignKey(
        Quarantine,
        on_delete=models.DO_NOTHING,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    day = DayField()
    visitor = models.BigIntegerField()
    facts = models.JSONField()

    class Meta:
        indexes = (
            # Who takes other visits of a visitor looks for those that are here already.
            models.Index(fields=("site", "day", "visitor"), name="quarantined_of_visitor"),
            # They are put back day by day.
            models.Index(fields=("quarantine", "day"), name="quarantined_of_day"),
        )

    def __str__(self) -> str:
        return f"Quarantined visit {self.pk}"
