"""The links by which an owner lets others see a report."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from visits.models.named import NamedOfSite
from visits.models.segment import Segment

LINKS_AT_MOST = 50
# 16 random bytes: nobody finds a link by guessing.
SLUG_BYTES = 16
SLUG_MAX_LENGTH = 22
ORIGINS_MAX_LENGTH = 6_000


def make_slug() -> str:
    """Return what only those know who were told: 128 random bits as 22 characters."""
    return secrets.token_urlsafe(SLUG_BYTES)


class SharedLinkQuerySet(models.QuerySet["SharedLink"]):
    def open(self, now: dt.datetime) -> SharedLinkQuerySet:
        """Return the links that show something: neither run out, nor of a site or an owner that is gone."""
        is_valid = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(is_valid, site__deleted_at=None, site__owner__is_active=True)


class SharedLink(NamedOfSite):
    """A report for everybody who has its address. A link is revoked by deleting it.

    What it shows are the named panels, of the visits of its segment if it has one: it goes with the
    segment, because without one it would show everything.
    """

    AT_MOST = LINKS_AT_MOST

    slug = models.CharField(
        max_length=SLUG_MAX_LENGTH, unique=True, default=make_slug, editable=False
    )
    # Hashed; empty is none.
    password = models.CharField(max_length=128, blank=True, default="", editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, null=True, blank=True, related_name="shared_links"
    )
    # Names that visits.dashboard.scope knows. A panel that is new is in no link before its owner says so.
    panels = models.JSONField(default=list, blank=True)
    # One a line: the pages that may show the report in a frame.
    embed_origins = models.TextField(max_length=ORIGINS_MAX_LENGTH, blank=True, default="")
    has_badge = models.BooleanField(default=False)
    # The one that a click makes: for everybody, for all time, of all visits.
    is_public = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = SharedLinkQuerySet.as_manager()

    class Meta(NamedOfSite.Meta):
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *NamedOfSite.Meta.constraints,
            models.UniqueConstraint(
                fields=("site",), condition=Q(is_public=True), name="site_has_one_public_report"
            ),
            models.CheckConstraint(
                condition=Q(is_public=False)
                | Q(password="", expires_at__isnull=True, segment__isnull=True),
                name="public_report_is_for_everybody",
            ),
            # In a frame a browser sends no cookie that would say who has the password; a badge asks nobody.
            models.CheckConstraint(
                condition=Q(password="") | Q(embed_origins="", has_badge=False),
                name="locked_report_is_in_no_frame",
            ),
        )

    @property
    def has_password(self) -> bool:
        return bool(self.password)

    @property
    def origins(self) -> list[str]:
        return self.embed_origins.split()

    def has_expired(self, now: dt.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def set_password(self, password: str) -> None:
        """Set the password, or none; whoever knew the one before is asked for this one."""
        self.password = make_password(password) if password else ""

    def is_password(self, password: str) -> bool:
        return check_password(password, self.password)

    def clean(self) -> None:
        """Keep the segment one of the site's own."""
        super().clean()
        if self.segment is not None and self.segment.site_id != self.site_id:
            raise ValidationError({"segment": _("Choose a segment of this site.")})
