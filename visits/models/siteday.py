"""Days of a site that are over: what they add up to, and whether that still holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import F, Q

from sites.models import Site
from visits.models.time import DayField


class SiteDayQuerySet(models.QuerySet["SiteDay"]):
    def of_days(self, site_id: int, days: Iterable[date]) -> SiteDayQuerySet:
        return self.filter(site_id=site_id, day__in=list(days))

    def closed(self) -> SiteDayQuerySet:
        """Return the days whose sums are those of the facts."""
        return self.filter(closed_changes=F("changes"))

    def not_closed(self) -> SiteDayQuerySet:
        """Return the days whose facts changed since they were added up, or that never were."""
        return self.filter(Q(closed_changes__isnull=True) | ~Q(closed_changes=F("changes")))

    def archived(self) -> SiteDayQuerySet:
        """Return the days that stand in the archive as they are, if the month's files exist."""
        return self.filter(archived_changes=F("changes"))

    def not_archived(self) -> SiteDayQuerySet:
        return self.filter(Q(archived_changes__isnull=True) | ~Q(archived_changes=F("changes")))


class SiteDay(models.Model):
    """The sums of a day, and a count of the changes that its facts have had since it ended.

    Who changes a fact of a day that is over raises `changes` in the same transaction. Who adds the
    day up notes which number of changes that was: as long as the numbers are equal, the sums hold.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = DayField(help_text="The day in the site's time zone.")
    # The database has the defaults too: collection inserts rows without Django.
    changes = models.PositiveIntegerField(
        db_default=0, help_text="How often facts of the day changed after its end."
    )
    closed_changes = models.PositiveIntegerField(
        null=True, help_text="Up to which change the sums are right."
    )
    archived_changes = models.PositiveIntegerField(
        null=True, help_text="Up to which change the archive is right."
    )
    is_pruned = models.BooleanField(
        db_default=False, help_text="The facts were removed: what is left cannot be made again."
    )
    visitors = models.PositiveIntegerField(db_default=0)
    visits = models.PositiveIntegerField(db_default=0)
    pageviews = models.PositiveIntegerField(db_default=0)
    events = models.PositiveIntegerField(db_default=0)
    bounces = models.PositiveIntegerField(db_default=0)
    duration_seconds = models.PositiveBigIntegerField(db_default=0)

    objects = SiteDayQuerySet.as_manager()

    class Meta:
        constraints = (
            # Its index answers for the days of a period, and for the newest day that was closed.
            models.UniqueConstraint(fields=("site", "day"), name="site_has_a_day_once"),
        )

    def __str__(self) -> str:
        return f"{self.day} of site {self.site_id}"

    @property
    def is_closed(self) -> bool:
        """Tell whether the sums are those of the facts."""
        return self.closed_changes == self.changes

    @property
    def is_archived(self) -> bool:
        """Tell whether the day stands in the archive as it is, if the month's files exist."""
        return self.archived_changes == self.changes
