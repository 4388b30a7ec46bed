"""What became of each job of upkeep when it ran last."""

from __future__ import annotations

from django.db import models

JOB_NAME_MAX_LENGTH = 50
PROBLEM_MAX_LENGTH = 300


class UpkeepJob(models.Model):
    """A job that upkeep does in every round: when it ran, and whether it could do its work."""

    name = models.CharField(max_length=JOB_NAME_MAX_LENGTH, unique=True)
    ran_at = models.DateTimeField("last run")
    succeeded_at = models.DateTimeField("last success", null=True)
    count = models.PositiveBigIntegerField(
        "rows", default=0, help_text="How many rows the last success concerned."
    )
    # Empty when the last run was a success.
    problem = models.CharField(max_length=PROBLEM_MAX_LENGTH, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name.replace("_", " ").capitalize()
