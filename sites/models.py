"""What is measured: a site, known by its domain and its public key."""

from __future__ import annotations

import datetime as dt
import secrets
import zoneinfo
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from sites.domain import DOMAIN_MAX_LENGTH
from sites.pattern import InvalidPattern, normalise_pattern

NAME_MAX_LENGTH = 100
# No letters or digits that are mistaken for each other when a key is read aloud.
KEY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
KEY_LENGTH = 12
# An exclusion is compared with each hit: enough for every office and robot, and still no burden.
EXCLUSIONS_AT_MOST = 500
PATTERN_MAX_LENGTH = 500
HOSTNAMES_MAX_LENGTH = 5_000


def make_key() -> str:
    """Return a new public key: 12 characters, about 59 bits."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(KEY_LENGTH))


@cache
def time_zone_names() -> tuple[str, ...]:
    """Return the names of all time zones, as the pinned tzdata knows them, sorted."""
    return tuple(sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}))


def validate_time_zone(name: str) -> None:
    if name not in time_zone_names():
        raise ValidationError("“%(name)s” is not a time zone.", params={"name": name})


class SiteQuerySet(models.QuerySet["Site"]):
    def search(self, text: str) -> SiteQuerySet:
        """Return the sites with a text in their name or domain; all of them for an empty one."""
        return self.filter(models.Q(name__icontains=text) | models.Q(domain__icontains=text))


class Site(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sites"
    )
    name = models.CharField(max_length=NAME_MAX_LENGTH)
    domain = models.CharField(max_length=DOMAIN_MAX_LENGTH)
    key = models.CharField(max_length=20, unique=True, default=make_key, editable=False)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    created_at = models.DateTimeField(auto_now_add=True)
    # One a line: `example.com`, or `*.example.com` for all below it. Without any, the domain and
    # its subdomains are meant.
    hostnames = models.TextField(
        "allowed hostnames", max_length=HOSTNAMES_MAX_LENGTH, blank=True, default=""
    )
    respects_opt_out = models.BooleanField(
        "respect Do Not Track and Global Privacy Control", default=False
    )
    counts_localhost = models.BooleanField("count localhost", default=False)
    counts_headless = models.BooleanField("count headless browsers", default=False)
    counts_bots = models.BooleanField("count bots apart", default=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "domain"),
                name="owner_has_a_domain_once",
                violation_error_message="You have a site with this domain already.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, instant: dt.datetime) -> dt.date:
        """Return the day, in the site's time zone, of an aware instant."""
        return instant.astimezone(self.zone).date()


class Exclusion(models.Model):
    """An owner's rule: a hit that fits the pattern is refused, with the kind as the reason."""

    class Kind(models.TextChoices):
        ADDRESS = "address", "IP address"
        HOSTNAME = "hostname", "Hostname"
        PAGE = "page", "Page"
        COUNTRY = "country", "Country"
        AGENT = "agent", "User agent"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="exclusions")
    kind = models.CharField(max_length=8, choices=Kind)
    pattern = models.CharField(max_length=PATTERN_MAX_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("kind", "pattern")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "kind", "pattern"),
                name="site_has_an_exclusion_once",
                violation_error_message="This is excluded already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pattern}"

    def clean(self) -> None:
        """Write the pattern as hits are compared with it, and keep the site within its number."""
        if not self.pattern or self.kind not in self.Kind.values:
            return
        try:
            self.pattern = normalise_pattern(self.kind, self.pattern)
        except InvalidPattern as error:
            raise ValidationError({"pattern": str(error)}) from error
        if len(self.pattern) > PATTERN_MAX_LENGTH:
            raise ValidationError({"pattern": f"Use {PATTERN_MAX_LENGTH} characters at most."})
        if self._state.adding and self._is_one_too_many():
            raise ValidationError(
                f"A site has {EXCLUSIONS_AT_MOST} exclusions at most. Remove one first."
            )

    def _is_one_too_many(self) -> bool:
        return Exclusion.objects.filter(site=self.site_id).count() >= EXCLUSIONS_AT_MOST
