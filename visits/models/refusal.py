"""Refusals: why hits were not counted, by site and hour."""

from __future__ import annotations

from django.db import models

from sites.models import Site
from visits.models.time import EpochField


class RefusalReason(models.TextChoices):
    BOT = "bot", "Bot or crawler"
    HOSTNAME = "hostname", "Page of another host name"
    SPAM = "spam", "Referrer spam"
    PREFETCH = "prefetch", "Fetched in advance, not seen"
    ASSET = "asset", "Not a page (image, style, script, feed)"
    STATUS = "status", "Answered with an error or a redirect"
    METHOD = "method", "Not a page request (method)"


class Refusal(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    hour_at = EpochField(help_text="The beginning of the hour.")
    reason = models.CharField(max_length=20, choices=RefusalReason)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("site", "hour_at", "reason"), name="refusals_are_counted_by_the_hour"
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} × {self.reason}"
