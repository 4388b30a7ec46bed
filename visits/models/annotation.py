"""What an owner notes about a day: the newsletter that went out, the page that was rebuilt."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sites.models import Site, validate_one_line
from visits.models.time import FIRST_DAY, LAST_DAY, DayField

TEXT_MAX_LENGTH = 200
# A report lists those of its period: enough for one a week during ten years.
ANNOTATIONS_AT_MOST = 1_000


def validate_day(day: dt.date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("Choose a day between 1970 and 2200."))


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def of_days(self, site: Site, first: dt.date, last: dt.date) -> AnnotationQuerySet:
        """Return the notes of a site's days, both ends included, in the order of the days."""
        return self.filter(site=site, day__range=(first, last)).order_by("day", "pk")

    def newest_first(self, site: Site) -> AnnotationQuerySet:
        return self.filter(site=site).order_by("-day", "-pk")


class Annotation(models.Model):
    """A note on a day of a site, in one line. It says nothing about visitors: a reset leaves it."""

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, db_index=False, related_name="annotations"
    )
    day = DayField(help_text="The day in the site's time zone.", validators=[validate_day])
    text = models.CharField(max_length=TEXT_MAX_LENGTH, validators=[validate_one_line])
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    written_at = models.DateTimeField(auto_now_add=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(text=""), name="annotation_has_a_text"),
        )
        indexes = (
            # The notes of a report's days, and the list of all of them.
            models.Index(fields=("site", "day"), name="annotation_of_day"),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.text}"

    def clean(self) -> None:
        """Keep a site within its number."""
        if self._state.adding and self.site_id and self._is_one_too_many():
            raise ValidationError(
                _("A site has %(number)s notes at most. Remove one first.")
                % {"number": ANNOTATIONS_AT_MOST}
            )

    def _is_one_too_many(self) -> bool:
        return Annotation.objects.filter(site=self.site_id).count() >= ANNOTATIONS_AT_MOST
