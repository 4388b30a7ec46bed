"""Days whose hits nothing has any more."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from visits.reports.date_words import long_month
from visits.reports.exceptions import InvalidQuery


class LostDays(InvalidQuery):
    """Days of the period can only be added up: their hits were removed, and the archive is damaged."""

    def __init__(self, day: dt.date) -> None:
        sentence = _(
            "The hits of %(month)s were removed, and their archive cannot be read. "
            "Totals and series without filters still answer; for all else choose other days."
        )
        super().__init__("period", sentence % {"month": long_month(day)})
