"""What collection itself has to remember: no facts, and nothing that outlives its purpose."""

from __future__ import annotations

from django.db import connection, models
from django.utils import timezone

from sites.models import Site
from visits.models.time import DayField, EpochField

# On PostgreSQL: the first of the two numbers of an advisory lock; the second is the site's.
SITE_LOCKS = 7_357
SITE_LOCK_MASK = 0x7FFFFFFF
# The holder of a writer's turn that no writer is.
NOBODY = 0


def wait_for_batches(site_id: int) -> None:
    """Wait for the batches of a site that are being stored; none begins before the transaction ends.

    On SQLite a transaction is alone anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [SITE_LOCKS, site_id & SITE_LOCK_MASK]
            )


def forget_open_visits() -> None:
    """Let the writer that keeps open visits in memory read them anew, from its next batch on.

    Who changes visits that may still go on calls it in the same transaction. PostgreSQL has no such row:
    there every batch reads.
    """
    WriterTurn.objects.update(holder=NOBODY)


class MessageId(models.Model):
    """The id that a client gave to a message, hashed, for 24 hours: a retry is not counted again."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    digest = models.BigIntegerField()
    at = EpochField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("site", "digest"), name="message_is_counted_once"),
        )
        # Upkeep removes by time.
        indexes = (models.Index(fields=("at",), name="message_id_at"),)

    def __str__(self) -> str:
        return f"Message id {self.pk}"


class DimensionQuota(models.Model):
    """How many new values of a dimension came to a site on a day; beyond the cap they are “(other)”."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = DayField(help_text="The day in the site's time zone.")
    dimension = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("site", "day", "dimension"), name="new_values_are_counted_by_the_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} new of {self.dimension}"


class WriterTurn(models.Model):
    """The writer that stored the last batch; another one must forget which visits it knows.

    One row, on SQLite only: there a writer keeps open visits in memory.
    """

    holder = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Turn of writer {self.holder}"


class DrainedSpool(models.Model):
    """How far a spool file was brought into the database, noted together with what was brought.

    On PostgreSQL each writer that starts has a row as well, of the last of its transactions.
    """

    spool = models.CharField(max_length=32, unique=True)
    drained_id = models.BigIntegerField()
    moved_at = EpochField(default=timezone.now)

    def __str__(self) -> str:
        return f"Spool {self.spool} up to {self.drained_id}"
