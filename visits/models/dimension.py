"""Where text lives once: facts point here with integers. Empty text means unknown or none."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sites.models import Site

# Limits are in characters. A PostgreSQL index row holds 2,700 bytes and a character takes up to four.
PATH_MAX_LENGTH = 500
TITLE_MAX_LENGTH = 200
HOSTNAME_MAX_LENGTH = 253
REFERRER_MAX_LENGTH = 500
UTM_MAX_LENGTH = 100
NAME_MAX_LENGTH = 100
PROPERTY_VALUE_MAX_LENGTH = 400


class Channel(models.TextChoices):
    """The group of a source, as Google Analytics 4 groups them, and AI assistants."""

    DIRECT = "direct", _("Direct")
    ORGANIC_SEARCH = "organic_search", _("Organic search")
    PAID_SEARCH = "paid_search", _("Paid search")
    ORGANIC_SOCIAL = "organic_social", _("Organic social")
    PAID_SOCIAL = "paid_social", _("Paid social")
    ORGANIC_VIDEO = "organic_video", _("Organic video")
    PAID_VIDEO = "paid_video", _("Paid video")
    ORGANIC_SHOPPING = "organic_shopping", _("Organic shopping")
    PAID_SHOPPING = "paid_shopping", _("Paid shopping")
    PAID_OTHER = "paid_other", _("Paid other")
    DISPLAY = "display", _("Display")
    EMAIL = "email", _("Email")
    AFFILIATES = "affiliates", _("Affiliates")
    REFERRAL = "referral", _("Referral")
    AUDIO = "audio", _("Audio")
    SMS = "sms", _("SMS")
    MOBILE_PUSH = "mobile_push", _("Mobile push")
    CROSS_NETWORK = "cross_network", _("Cross-network")
    AI_ASSISTANTS = "ai_assistants", _("AI assistants")


class Page(models.Model):
    """A page is its address; the title is what it was called when that was last noted."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    hostname = models.CharField(max_length=HOSTNAME_MAX_LENGTH)
    path = models.CharField(max_length=PATH_MAX_LENGTH)
    title = models.CharField(max_length=TITLE_MAX_LENGTH, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("site", "path", "hostname"), name="page_is_stored_once"
            ),
        )

    def __str__(self) -> str:
        return self.path


class Source(models.Model):
    """Where visits come from. An empty name is a direct visit."""

    name = models.CharField(max_length=NAME_MAX_LENGTH)
    channel = models.CharField(max_length=20, choices=Channel)
    referrer = models.CharField(max_length=REFERRER_MAX_LENGTH)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("name", "channel", "referrer"), name="source_is_stored_once"
            ),
        )

    def __str__(self) -> str:
        return self.name or gettext("Direct")


class Client(models.Model):
    browser = models.CharField(max_length=50)
    browser_version = models.CharField(max_length=20)
    os = models.CharField("system", max_length=50)
    os_version = models.CharField("system version", max_length=20)
    device = models.CharField(max_length=20)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("browser", "browser_version", "os", "os_version", "device"),
                name="client_is_stored_once",
            ),
        )

    def __str__(self) -> str:
        return " ".join(filter(None, (self.browser, self.browser_version))) or gettext("Unknown")


class Location(models.Model):
    """A place: ISO 3166 country code, names of region and city."""

    country = models.CharField(max_length=2)
    region = models.CharField(max_length=100)
    city = models.CharField(max_length=100)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("country", "region", "city"), name="location_is_stored_once"
            ),
        )

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.city, self.region, self.country))) or gettext("Unknown")


class Campaign(models.Model):
    """The five utm_ values as sent."""

    utm_source = models.CharField(max_length=UTM_MAX_LENGTH)
    utm_medium = models.CharField(max_length=UTM_MAX_LENGTH)
    utm_campaign = models.CharField(max_length=UTM_MAX_LENGTH)
    utm_term = models.CharField(max_length=UTM_MAX_LENGTH)
    utm_content = models.CharField(max_length=UTM_MAX_LENGTH)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
                name="campaign_is_stored_once",
            ),
        )

    def __str__(self) -> str:
        return self.utm_campaign or gettext("None")


class Screen(models.Model):
    """The size of a screen, such as 1280x720."""

    size = models.CharField(max_length=11, unique=True)

    def __str__(self) -> str:
        return self.size or gettext("Unknown")


class Language(models.Model):
    """The first language that a browser asks for, such as de-AT."""

    code = models.CharField(max_length=35, unique=True)

    def __str__(self) -> str:
        return self.code or gettext("Unknown")


class EventName(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    name = models.CharField(max_length=NAME_MAX_LENGTH)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("site", "name"), name="event_name_is_stored_once"),
        )

    def __str__(self) -> str:
        return self.name


class Property(models.Model):
    """One key and value that an event carries."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=NAME_MAX_LENGTH)
    value = models.CharField(max_length=PROPERTY_VALUE_MAX_LENGTH)

    class Meta:
        verbose_name_plural = "properties"
        constraints = (
            models.UniqueConstraint(
                fields=("site", "key", "value"), name="property_is_stored_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"
