"""What a series is set beside: nothing before the site was measured, and a word where there is nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from visits.charts.bucket_label import last_day
from visits.reports import date_words as words
from visits.reports.metrics import Value, number
from visits.reports.period import Period
from visits.reports.results import Bucket, Report


def begins_with_nothing(report: Report) -> bool:
    """Tell whether the comparison begins with nothing: before the site was measured, or on quiet days."""
    previous = report.rows[0].previous
    return previous is not None and not number(previous[0])


def values_before(
    report: Report, buckets: Sequence[Bucket], begins_on: dt.date | None
) -> list[Value]:
    """Return what each bucket is compared with. None before the day on which measuring began, if known."""
    values = [row.previous[0] for row in report.rows if row.previous is not None]
    return [
        value if _is_measured(bucket, begins_on) else None
        for value, bucket in zip(values, buckets, strict=False)
    ]


def _is_measured(bucket: Bucket, begins_on: dt.date | None) -> bool:
    has_begun = begins_on is None or last_day(bucket) >= begins_on
    return has_begun and bucket.start < bucket.end


def nothing_before(
    compared: Period | None, buckets: Sequence[Bucket], begins_on: dt.date | None
) -> str:
    """Return why there is nothing to compare with, empty where there is something, or nobody asked."""
    if compared is None:
        return ""
    if begins_on is not None and compared.end < begins_on:
        said = _("Nothing to compare with: measuring began on %(day)s.")
        return said % {"day": words.full_day(begins_on)}
    has_elapsed = any(bucket.start < bucket.end for bucket in buckets)
    return "" if has_elapsed else _("Nothing to compare with yet.")
