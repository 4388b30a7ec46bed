"""What a command asks of a site: the same options, and the same parser, as for exports and reports."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from functools import partial
from typing import Any

from sites.models import Site
from visits.reports.filters import parse_filters
from visits.reports.first_day import first_day
from visits.reports.parsing import PERIOD_FIELDS, parse_period
from visits.reports.period import PeriodName
from visits.reports.query import ReportQuery


def add_question_options(parser: ArgumentParser, period_help: str) -> None:
    """Add the options that say which days and which visits are meant."""
    parser.add_argument("--period", metavar="NAME", help=period_help)
    parser.add_argument("--from", metavar="DAY", help="the first day, such as 2026-01-31")
    parser.add_argument("--to", metavar="DAY", help="the last day")
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="FILTER",
        help="such as browser:is:Chrome; as often as needed, all have to be met",
    )


def names_days(options: dict[str, Any]) -> bool:
    """Tell whether the options say which days are meant."""
    return any(options[name] for name in PERIOD_FIELDS)


def query_of(
    site: Site, options: dict[str, Any], now: dt.datetime, otherwise: PeriodName
) -> ReportQuery:
    """Return what the options ask of a site; without days, of another period. Raises InvalidQuery."""
    params = {name: options[name] for name in PERIOD_FIELDS if options[name]}
    known = params or {"period": otherwise.value}
    period = parse_period(known, now, site.zone, partial(first_day, site))
    return ReportQuery((site,), period, filters=parse_filters(options["filter"]))
