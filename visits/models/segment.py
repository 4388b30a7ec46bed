"""Filters that are kept under a name."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from visits.models.named import NamedOfSite

SEGMENTS_AT_MOST = 200


class Segment(NamedOfSite):
    """A saved set of filters of a site.

    They are kept as visits.reports.filters writes them, which also reads and judges them: what can be
    filtered by is known there.
    """

    AT_MOST = SEGMENTS_AT_MOST

    filters = models.JSONField(
        help_text='[{"dimension": "browser", "operator": "is", "values": ["Chrome"]}]'
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    def clean(self) -> None:
        super().clean()
        if not (isinstance(self.filters, list) and self.filters):
            raise ValidationError({"filters": "A segment is a list of one filter or more."})
