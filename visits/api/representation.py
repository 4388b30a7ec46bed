"""Reports as JSON values: the one place that knows their shape."""

from __future__ import annotations

from typing import Any

from visits.reports.period import Period
from visits.reports.results import Bucket, Report, Row

JSON = dict[str, Any]


def report_as_json(report: Report) -> JSON:
    """Return a report: what was asked, then the rows. Days are the site's, shares go from 0 to 1."""
    query = report.query
    return {
        "site": query.site.pk,
        "time_zone": query.site.time_zone,
        "period": _period(query.period),
        "comparison": _period(query.comparison) if query.comparison else None,
        "interval": report.interval.value if report.interval else None,
        "dimension": report.dimension.name if report.dimension else None,
        "metrics": [
            {"name": metric.name, "label": metric.label, "unit": metric.unit.value}
            for metric in report.metrics
        ],
        "total_rows": report.total_rows,
        "rows": [_row(report, row) for row in report.rows],
    }


def _period(period: Period) -> JSON:
    return {
        "name": period.name.value,
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,
    }


def _row(report: Report, row: Row) -> JSON:
    names = [metric.name for metric in report.metrics]
    return {
        "key": list(row.key),
        "label": row.label,
        "values": dict(zip(names, row.values, strict=True)),
        "previous": dict(zip(names, row.previous, strict=True)) if row.previous else None,
        "changes": dict(zip(names, row.changes, strict=True)) if row.previous else None,
        **(_bucket(row.bucket) if row.bucket else {}),
    }


def _bucket(bucket: Bucket) -> JSON:
    return {
        "start": bucket.start.isoformat(),
        "end": bucket.end.isoformat(),
        "is_partial": bucket.is_partial,
        "is_future": bucket.is_future,
    }
