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

NAME_MAX_LENGTH = 100
# No letters or digits that are mistaken for each other when a key is read aloud.
KEY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
KEY_LENGTH = 12


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
