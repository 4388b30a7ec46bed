"""Hits: one recorded message each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.models import Site
from visits.models.dimension import Client, EventName, Page, Property
from visits.models.time import DayField, EpochField
from visits.models.visit import Visit, dimension_key


class HitKind(models.IntegerChoices):
    PAGEVIEW = 1, _("Pageview")
    EVENT = 2, _("Event")


class Hit(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = DayField(help_text="The day of the visit, also when midnight passed since it began.")
    at = EpochField()
    visit = dimension_key(Visit)
    kind = models.PositiveSmallIntegerField(choices=HitKind)
    page = dimension_key(Page)
    event_name = dimension_key(EventName, null=True)
    client = dimension_key(Client)
    # Null tells events from views in the report index, for nothing: `kind` in it would take a byte.
    is_first_view = models.BooleanField(
        null=True,
        help_text="This visitor's first view of the page that day: their sum is the page's visitors."
        " An event has none.",
    )
    engaged_seconds = models.PositiveSmallIntegerField(null=True)
    scroll_percent = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = (
            # Breakdowns by page; the newest hits of a site (the days are its second column).
            models.Index(
                fields=("site", "day", "page", "client", "is_first_view", "visit"),
                name="hit_report",
            ),
            # Breakdowns by event; a tenth of the hits are events.
            models.Index(
                fields=("site", "day", "event_name"),
                condition=models.Q(event_name__isnull=False),
                name="hit_event",
            ),
        )

    def __str__(self) -> str:
        return f"Hit {self.pk}"


class HitProperty(models.Model):
    """A property of an event hit."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    # Indexed: the newest hits are listed with their properties.
    hit = models.ForeignKey(Hit, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    property = dimension_key(Property)

    class Meta:
        verbose_name_plural = "hit properties"
        # Deleting a site removes them in one statement, without looking at each.
        indexes = (models.Index(fields=("site",), name="hit_property_site"),)

    def __str__(self) -> str:
        return f"Property {self.property_id} of hit {self.hit_id}"


class HitRevenue(models.Model):
    """What an event hit earned: millionths of a unit of its ISO 4217 currency; refunds are negative."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    hit = models.ForeignKey(
        Hit, on_delete=models.DO_NOTHING, db_constraint=False, related_name="revenues"
    )
    currency = models.CharField(max_length=3)
    amount_micros = models.BigIntegerField()

    class Meta:
        # Deleting a site removes them in one statement; sums are by site, joined to their hits.
        indexes = (models.Index(fields=("site",), name="hit_revenue_site"),)

    def __str__(self) -> str:
        return f"{self.amount_micros / 1_000_000} {self.currency}"
