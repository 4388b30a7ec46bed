"""Reports as JSON values: the one place that knows their shape."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from visits.reports.metrics import Revenue, Value
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.results import Bucket, Report, Row

JSON = dict[str, Any]


def report_as_json(report: Report) -> JSON:
    """Return a report: what was asked, then the rows. Days are the site's, shares go from 0 to 1."""
    return {**head_as_json(report), "rows": [row_as_json(report, row) for row in report.rows]}


def head_as_json(report: Report) -> JSON:
    """Return what was asked, and how many rows there are."""
    return {
        **query_as_json(report.query),
        "interval": report.interval.value if report.interval else None,
        "dimensions": [dimension.name for dimension in report.dimensions],
        "metrics": [
            {"name": metric.name, "label": str(metric.label), "unit": metric.unit.value}
            for metric in report.metrics
        ],
        "total_rows": report.total_rows,
    }


def query_as_json(query: ReportQuery) -> JSON:
    """Return what was asked, whatever the report."""
    return {
        "site": query.site.pk,
        "time_zone": query.site.time_zone,
        "period": period_as_json(query.period),
        "comparison": period_as_json(query.comparison) if query.comparison else None,
        "filters": [condition.text for condition in query.filters],
    }


def row_as_json(report: Report, row: Row) -> JSON:
    """Return a row: with each value of a dimension as filters write it and as people read it, or with the
    span of a series."""
    names = [metric.name for metric in report.metrics]
    return {
        "key": list(row.key),
        "label": row.label,
        **({"texts": list(row.texts), "labels": list(row.labels)} if report.dimensions else {}),
        "values": _values(names, row.values),
        "previous": None if row.previous is None else _values(names, row.previous),
        "changes": None if row.previous is None else dict(zip(names, row.changes, strict=True)),
        **(_bucket(row.bucket) if row.bucket else {}),
    }


def amount(micros: int) -> Decimal:
    """Return millionths as an exact decimal number without zeros at its end."""
    number = Decimal(micros).scaleb(-6).normalize()
    # What is a whole number would be written with an exponent.
    return number.quantize(Decimal(1)) if number == number.to_integral() else number


def _values(names: list[str], values: tuple[Value, ...]) -> JSON:
    return dict(zip(names, map(_value, values), strict=True))


def _value(value: Value) -> Any:
    """Return a number, None, or the amounts by currency as texts, because no digit may be lost."""
    if isinstance(value, Revenue):
        return {currency: str(amount(micros)) for currency, micros in value.amounts}
    return value


def period_as_json(period: Period) -> JSON:
    return {
        "name": period.name.value,
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,
    }


def _bucket(bucket: Bucket) -> JSON:
    return {
        "start": bucket.start.isoformat(),
        "end": bucket.end.isoformat(),
        "is_partial": bucket.is_partial,
        "is_future": bucket.is_future,
    }
