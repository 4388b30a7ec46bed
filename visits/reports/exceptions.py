"""What can be wrong with a question."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from visits.reports.date_words import long_month


class ReportError(Exception):
    """Root of what this package raises."""


class InvalidQuery(ReportError):
    """A part of a question that makes no sense: `field` is its parameter, `sentence` is for its author."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field, sentence)
        self.field = field
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class LostDays(InvalidQuery):
    """Days of the period can only be added up: their hits were removed, and the archive is damaged."""

    def __init__(self, day: dt.date) -> None:
        sentence = _(
            "The hits of %(month)s were removed, and their archive cannot be read. "
            "Totals and series without filters still answer; for all else choose other days."
        )
        super().__init__("period", sentence % {"month": long_month(day)})
