"""Refusals: why hits were not counted, by site and hour, with a few of them to look at."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.models import Site
from visits.models.dimension import HOSTNAME_MAX_LENGTH
from visits.models.time import DayField, EpochField

BOT_NAME_MAX_LENGTH = 50
SAMPLE_TEXT_MAX_LENGTH = 200


class RefusalReason(models.TextChoices):
    BOT = "bot", _("Bot or crawler")
    HEADLESS = "headless", _("Browser driven by a program")
    HOSTNAME = "hostname", _("Page of another host name")
    LOCALHOST = "localhost", _("Page on a developer's machine")
    SPAM = "spam", _("Referrer spam")
    PREFETCH = "prefetch", _("Fetched in advance, not seen")
    OPT_OUT = "opt_out", _("Visitor asks not to be counted")
    ADDRESS = "address", _("Excluded address")
    PAGE = "page", _("Excluded page")
    COUNTRY = "country", _("Excluded country")
    AGENT = "agent", _("Excluded user agent")
    REPEAT = "repeat", _("Counted before (same id)")
    NO_VIEW = "no_view", _("Attention to a page that was not viewed")
    INVALID = "invalid", _("Not understood (400)")
    LIMIT = "limit", _("Too many in a short time (429)")
    ASSET = "asset", _("Not a page (image, style, script, feed)")
    STATUS = "status", _("Answered with an error or a redirect")
    METHOD = "method", _("Not a page request (method)")
    EXPIRED = "expired", _("Older than what the site keeps")
    PAUSED = "paused", _("Collection is paused")


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


class RefusalSample(models.Model):
    """One refused request of the last 24 hours, so far as its sender cannot be known from it."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    at = EpochField()
    reason = models.CharField(max_length=20, choices=RefusalReason)
    hostname = models.CharField(max_length=HOSTNAME_MAX_LENGTH, blank=True)
    path = models.CharField(max_length=SAMPLE_TEXT_MAX_LENGTH, blank=True)
    referrer = models.CharField(max_length=SAMPLE_TEXT_MAX_LENGTH, blank=True)
    agent = models.CharField(max_length=100, blank=True, help_text="Browser and system, or a bot.")
    network = models.CharField(
        max_length=43, blank=True, help_text="The sender's network: /24 of IPv4, /48 of IPv6."
    )
    note = models.CharField(
        max_length=SAMPLE_TEXT_MAX_LENGTH, blank=True, help_text="What its sender was told."
    )

    class Meta:
        # The owner's list is by site, newest first; upkeep removes by time.
        indexes = (
            models.Index(fields=("site", "at"), name="refusal_sample_of_site"),
            models.Index(fields=("at",), name="refusal_sample_at"),
        )

    def __str__(self) -> str:
        return f"{self.reason} at {self.at}"


class BotCount(models.Model):
    """How often a bot came to a site on a day: counted apart, where the owner wants it."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = DayField(help_text="The day in the site's time zone.")
    name = models.CharField(max_length=BOT_NAME_MAX_LENGTH)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("site", "day", "name"), name="bots_are_counted_by_the_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} × {self.name}"
