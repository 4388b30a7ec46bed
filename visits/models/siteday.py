"""Days of a site that are over: what they add up to, and whether that still holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.signals import pre_save
from django.dispatch import receiver

from sites.models import Site
from visits.models.time import DayField


class SiteDayQuerySet(models.QuerySet["SiteDay"]):
    def of_days(self, site_id: int, days: Iterable[date]) -> SiteDayQuerySet:
        return self.filter(site_id=site_id, day__in=list(days))

    def closed(self) -> SiteDayQuerySet:
        """Return the days whose sums are those of the facts."""
        return self.filter(closed_changes=F("changes"))

    def due(self, *, with_archive: bool) -> SiteDayQuerySet:
        """Return the days that are to be added up, with the archive also those that are to be copied.

        Days whose facts are gone are left as they are.
        """
        is_done = Q(closed_changes=F("changes"))
        if with_archive:
            is_done &= Q(archived_changes=F("changes"))
        return self.filter(is_pruned=False).exclude(is_done)

    def mark_changed(self) -> None:
        """Raise the count of changes; call it in the transaction that changes what reports ask."""
        # In order: two processes never wait for each other.
        list(self.order_by("day").select_for_update().values_list("pk"))
        self.update(changes=F("changes") + 1)


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


@receiver(pre_save, sender=Site)
def mark_days_of_a_site_that_moves(
    sender: type[Site], instance: Site, update_fields: frozenset[str] | None, **_: Any
) -> None:
    """Let all days be closed anew when the time zone of their site changes.

    In the archive a visit is so many minutes from the beginning of its day, which is now another.
    """
    if instance._state.adding or (update_fields is not None and "time_zone" not in update_fields):
        return
    # Locked: of two that are saved at once, the second is compared with the first.
    stored = Site.with_deleted.select_for_update(no_key=True).filter(pk=instance.pk)
    if stored.values_list("time_zone", flat=True).first() != instance.time_zone:
        SiteDay.objects.filter(site=instance, is_pruned=False).mark_changed()
