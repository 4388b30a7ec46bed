"""What is measured: a site, known by its domain and its public key."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import zoneinfo
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sites.domain import DOMAIN_MAX_LENGTH
from sites.pattern import InvalidPattern, normalise_pattern

NAME_MAX_LENGTH = 100
TAG_MAX_LENGTH = 50
# No letters or digits that are mistaken for each other when a key is read aloud.
KEY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
KEY_LENGTH = 12
# An exclusion is compared with each hit: enough for every office and robot, and still no burden.
EXCLUSIONS_AT_MOST = 500
EXCLUDED_ALREADY = _("This is excluded already.")
PATTERN_MAX_LENGTH = 500
HOSTNAMES_MAX_LENGTH = 5_000
# With the separators of lines and paragraphs, marks that turn the line around, and half characters, which
# no database takes.
NO_PART_OF_A_LINE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# A hit may come a few days late, and a day is added up and archived after its end.
KEEPS_AT_LEAST_DAYS = 7
KEEPS_AT_MOST_DAYS = 36_500
KEEPS_AT_LEAST = format_lazy(_("Keep at least {number} days."), number=KEEPS_AT_LEAST_DAYS)


def make_key() -> str:
    """Return a new public key: 12 characters, about 59 bits."""
    return "".join(secrets.choice(KEY_ALPHABET) for _place in range(KEY_LENGTH))


@cache
def time_zone_names() -> tuple[str, ...]:
    """Return the names of all time zones, as the pinned tzdata knows them, sorted."""
    return tuple(sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}))


def validate_time_zone(name: str) -> None:
    if name not in time_zone_names():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


def validate_one_line(text: str) -> None:
    """Refuse what would break the line: a name stands in titles and in what commands print."""
    if NO_PART_OF_A_LINE.search(text):
        raise ValidationError(_("This has a line break or another control character."))


class SiteQuerySet(models.QuerySet["Site"]):
    def search(self, text: str) -> SiteQuerySet:
        """Return the sites with a text in their name or domain; all of them for an empty one."""
        return self.filter(models.Q(name__icontains=text) | models.Q(domain__icontains=text))

    def by_name(self) -> list[Site]:
        """Return the sites in the order of their names, capitals or not.

        A list: databases do not agree on what a capital is.
        """
        return sorted(self, key=lambda site: (site.name.casefold(), site.pk))

    def pause(self, now: dt.datetime) -> int:
        """Refuse all hits of the sites from now on; return how many sites were not paused before."""
        return self.filter(paused_at=None).update(paused_at=now)

    def resume(self) -> int:
        """Count the hits of the sites again; return how many sites were paused."""
        return self.exclude(paused_at=None).update(paused_at=None)

    def discard(self, now: dt.datetime) -> int:
        """Delete the sites for everybody but upkeep, which removes their rows; return how many.

        They belong to nobody then: their owner may add the domain again, or go.
        """
        return self.filter(deleted_at=None).update(deleted_at=now, owner=None)


# A class that Django makes while the program runs: the type checker does not know it.
class SiteManager(models.Manager.from_queryset(SiteQuerySet)):  # type: ignore[misc]
    """Sites as everybody knows them: a deleted one is none."""

    def get_queryset(self) -> SiteQuerySet:
        sites: SiteQuerySet = super().get_queryset().filter(deleted_at=None)
        return sites


def discard_with_owner(
    collector: Any, field: models.Field[Any, Any], sites: Sequence[Site], using: str
) -> None:
    """Delete an owner's sites as `discard` does: their millions of rows do not go with the owner's."""
    # In this order: the database takes no site that is neither deleted nor anybody's.
    collector.add_field_update(Site._meta.get_field("deleted_at"), timezone.now(), sites)
    collector.add_field_update(field, None, sites)


def _owner_key() -> models.ForeignKey[Any, Any]:
    """Return the reference to the owner, whom every site has that is not deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=discard_with_owner, null=True, related_name="sites"
    )


def _days_field(verbose_name: Any) -> models.PositiveIntegerField[Any, Any]:
    return models.PositiveIntegerField(
        verbose_name,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(KEEPS_AT_LEAST_DAYS, KEEPS_AT_LEAST),
            MaxValueValidator(KEEPS_AT_MOST_DAYS, _("Leave it empty to keep them for ever.")),
        ],
    )


class Tag(models.Model):
    """A word by which staff put sites together, such as “shops”; owners do not see it."""

    name = models.CharField(max_length=TAG_MAX_LENGTH, unique=True, validators=[validate_one_line])

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    owner = _owner_key()
    name = models.CharField(max_length=NAME_MAX_LENGTH, validators=[validate_one_line])
    domain = models.CharField(max_length=DOMAIN_MAX_LENGTH)
    key = models.CharField(max_length=20, unique=True, default=make_key, editable=False)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    created_at = models.DateTimeField(auto_now_add=True)
    # One a line: `example.com`, or `*.example.com` for all below it. Without any, the domain and
    # its subdomains are meant.
    hostnames = models.TextField(
        _("allowed hostnames"), max_length=HOSTNAMES_MAX_LENGTH, blank=True, default=""
    )
    respects_opt_out = models.BooleanField(
        _("respect Do Not Track and Global Privacy Control"), default=False
    )
    counts_localhost = models.BooleanField(_("count localhost"), default=False)
    counts_headless = models.BooleanField(_("count headless browsers"), default=False)
    counts_bots = models.BooleanField(_("count bots apart"), default=False)
    # Empty is for ever.
    keeps_facts_days = _days_field(_("keep visits and hits, days"))
    keeps_archive_days = _days_field(_("keep the archive, days"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="sites")
    # Since then nothing is collected, until it is None again; collectors notice within two seconds.
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Upkeep is still removing what it has.
    deleted_at = models.DateTimeField(null=True, editable=False)
    # The last time that all it had collected was given up; visits up to this id do not belong to the
    # site any more, and upkeep may still be removing them.
    reset_at = models.DateTimeField(null=True, editable=False)
    last_reset_visit = models.BigIntegerField(default=0, editable=False)
    is_being_reset = models.BooleanField(default=False, editable=False)

    objects = SiteManager()
    # Deleted ones, too: for those who remove them.
    with_deleted = SiteQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "domain"),
                name="owner_has_a_domain_once",
                violation_error_message=_("You have a site with this domain already."),
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(deleted_at__isnull=False),
                name="site_has_an_owner_until_it_is_deleted",
            ),
            models.CheckConstraint(
                condition=Q(keeps_archive_days=None)
                | Q(keeps_facts_days__isnull=False, keeps_archive_days__gte=F("keeps_facts_days")),
                name="archive_is_kept_as_long_as_facts",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the site in one transaction with what receivers of its signals change."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, instant: dt.datetime) -> dt.date:
        """Return the day, in the site's time zone, of an aware instant."""
        return instant.astimezone(self.zone).date()


class Exclusion(models.Model):
    """An owner's rule: a hit that fits the pattern is refused, with the kind as the reason."""

    class Kind(models.TextChoices):
        ADDRESS = "address", _("IP address")
        HOSTNAME = "hostname", _("Hostname")
        PAGE = "page", _("Page")
        COUNTRY = "country", _("Country")
        AGENT = "agent", _("User agent")

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
                violation_error_message=EXCLUDED_ALREADY,
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
            raise ValidationError(
                {
                    "pattern": _("Use %(number)s characters at most.")
                    % {"number": PATTERN_MAX_LENGTH}
                }
            )
        if self._is_there_in_other_letters():
            raise ValidationError(EXCLUDED_ALREADY)
        if self._state.adding and self._is_one_too_many():
            raise ValidationError(
                _("A site has %(number)s exclusions at most. Remove one first.")
                % {"number": EXCLUSIONS_AT_MOST}
            )

    def _is_there_in_other_letters(self) -> bool:
        """Tell whether a user agent is excluded that differs in its capitals alone: they do not count."""
        if self.kind != self.Kind.AGENT:
            return False
        others = Exclusion.objects.filter(site=self.site_id, kind=self.kind).exclude(pk=self.pk)
        return any(
            pattern != self.pattern and pattern.lower() == self.pattern.lower()
            for pattern in others.values_list("pattern", flat=True)
        )

    def _is_one_too_many(self) -> bool:
        return Exclusion.objects.filter(site=self.site_id).count() >= EXCLUSIONS_AT_MOST
