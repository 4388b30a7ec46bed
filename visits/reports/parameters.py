"""From the parameters of a request to the question they ask. A parameter that nobody knows is an error:
a misspelt one would be answered with numbers of something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import partial

from django.http import QueryDict
from django.utils.translation import gettext as _

from sites.models import Site
from visits.reports.exceptions import InvalidQuery
from visits.reports.filter_text import FIELD
from visits.reports.filters import SEGMENT, parse_filters
from visits.reports.first_day import first_day
from visits.reports.parsing import (
    COMPARISON_FIELDS,
    INTERVAL_FIELD,
    PERIOD_FIELDS,
    SHOWN_CHARACTERS,
    parse_comparison,
    parse_period,
)
from visits.reports.query import ReportQuery

FILTER_NAMES = (FIELD, SEGMENT)
QUERY_NAMES = (*PERIOD_FIELDS, *COMPARISON_FIELDS, *FILTER_NAMES)
REPORT_NAMES = (*QUERY_NAMES, "metrics")
SERIES_NAMES = (INTERVAL_FIELD,)
PAGE_NAMES = ("limit", "offset", "sort")


def parse_query(site: Site, params: QueryDict, now: dt.datetime) -> ReportQuery:
    """Return the question about a site: period, comparison and filters. Raises InvalidQuery.

    A statement for the segments that are named, two more for the period `all`.
    """
    period = parse_period(params, now, site.zone, partial(first_day, site))
    comparison = parse_comparison(params).of(period, now, site.zone)
    return ReportQuery((site,), period, comparison, parse_filters(params, site))


def parse_metrics(params: Mapping[str, str]) -> list[str] | None:
    """Return the metrics' names, None when they are left to the report. The report checks them."""
    names = [name.strip() for name in params.get("metrics", "").split(",")]
    return list(dict.fromkeys(name for name in names if name)) or None


def parse_number(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, "")
    try:
        return int(text) if text else default
    except ValueError as error:
        raise InvalidQuery(
            name, _("“%(text)s” is not a whole number.") % {"text": _shown(text)}
        ) from error


def check_names(params: Collection[str], known: Collection[str]) -> None:
    """Raise InvalidQuery for a parameter that is not known."""
    for name in params:
        if name not in known:
            raise InvalidQuery(_shown(name), _unknown_name(known))


def _unknown_name(known: Collection[str]) -> str:
    if not known:
        return _("There is no such parameter. None is known here.")
    choices = {"choices": ", ".join(known)}
    return _("There is no such parameter. Known here: %(choices)s.") % choices


def _shown(text: str) -> str:
    return text[:SHOWN_CHARACTERS]
