"""Visits: hits of one visitor with gaps of under thirty minutes."""

from __future__ import annotations

from typing import Any

from django.db import models

from sites.models import Site
from visits.models.dimension import (
    Campaign,
    Client,
    Language,
    Location,
    Page,
    Screen,
    Source,
)
from visits.models.time import DayField, EpochField


def dimension_key(to: type[models.Model], **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a fact's reference to a dimension: an integer without an index of its own.

    Dimension rows are never deleted while a fact points to them, so the database need not check; an
    index and a check on each would cost more than the row itself.
    """
    return models.ForeignKey(
        to,
        on_delete=models.DO_NOTHING,
        db_index=False,
        db_constraint=False,
        related_name="+",
        **options,
    )


class Visit(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = DayField(help_text="The day, in the site's time zone, in which the visit began.")
    visitor = models.BigIntegerField(
        help_text="The id of this visitor's first visit that day: what their visits have in common."
    )
    started_at = EpochField()
    last_seen_at = EpochField()
    entry_page = dimension_key(Page)
    exit_page = dimension_key(Page)
    source = dimension_key(Source)
    client = dimension_key(Client)
    location = dimension_key(Location)
    campaign = dimension_key(Campaign)
    screen = dimension_key(Screen)
    language = dimension_key(Language)
    is_first = models.BooleanField(
        help_text="The first visit of this visitor: their sum is visitors."
    )
    pageviews = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    is_bounce = models.BooleanField(default=True)
    duration_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (
            # Totals, series and every breakdown of visits are answered from this index alone.
            models.Index(
                fields=(
                    "site",
                    "day",
                    "client",
                    "source",
                    "location",
                    "is_first",
                    "pageviews",
                    "events",
                    "is_bounce",
                    "duration_seconds",
                ),
                name="visit_report",
            ),
        )

    def __str__(self) -> str:
        return f"Visit {self.pk}"


class OpenVisit(models.Model):
    """By which salted hash a visitor comes back to a visit; kept until the salt of its day goes.

    It has the id of its visit. The one table that holds such a hash, and only for days whose salt
    exists: the facts have none.
    """

    day = DayField()
    visitor = models.BigIntegerField(help_text="A salted hash of site, address and user agent.")

    class Meta:
        # A hit looks for its visitor's visits of the day; upkeep removes whole days.
        indexes = (models.Index(fields=("day", "visitor"), name="open_visit_of_visitor"),)

    def __str__(self) -> str:
        return f"Open visit {self.pk}"
