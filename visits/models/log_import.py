"""What was imported from which log: the reason why the same file twice changes nothing."""

from __future__ import annotations

from django.db import models

from sites.models import Site


class LogImport(models.Model):
    """A log file as far as it was imported, recognised by its beginning.

    Digests are keyed with the secret key, so that no line can be guessed from them.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    first_line_digest = models.BinaryField(max_length=32)
    imported_bytes = models.PositiveBigIntegerField(default=0)
    imported_digest = models.BinaryField(max_length=32)
    imported_lines = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Log import {self.pk}"
