"""The catalogue of the archive: which files hold the closed days of a month."""

from __future__ import annotations

from django.db import models

from sites.models import Site
from visits.models.time import DayField

ARCHIVE_FILE_MAX_LENGTH = 200
# Hexadecimal digits of SHA-256.
CHECKSUM_LENGTH = 64


class Archive(models.Model):
    """The pair of files of a site's month: one of visits, one of hits.

    A file is never changed: a month that is written anew gets new files, and this row names them then.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_index=False, related_name="+")
    month = DayField(help_text="The first day of the month.")
    layout = models.PositiveSmallIntegerField(help_text="The version of the files' columns.")
    visits_file = models.CharField(
        max_length=ARCHIVE_FILE_MAX_LENGTH, help_text="Relative to ARCHIVE_URL."
    )
    hits_file = models.CharField(
        max_length=ARCHIVE_FILE_MAX_LENGTH, help_text="Relative to ARCHIVE_URL."
    )
    visits_bytes = models.PositiveBigIntegerField()
    hits_bytes = models.PositiveBigIntegerField()
    visits_checksum = models.CharField(max_length=CHECKSUM_LENGTH, help_text="SHA-256.")
    hits_checksum = models.CharField(max_length=CHECKSUM_LENGTH, help_text="SHA-256.")
    visit_count = models.PositiveBigIntegerField()
    hit_count = models.PositiveBigIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = (
            # Its index finds the files of a period.
            models.UniqueConstraint(fields=("site", "month"), name="site_has_a_month_once"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} of site {self.site_id}"
