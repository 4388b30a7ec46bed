"""Answers questions about the order of hits: the archive, and the facts for the days that it lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from visits.reports.engines import Coverage, by_days, days_of_facts
from visits.reports.scan import Key, Sums, fold
from visits.reports.sequence import SequenceScan
from visits.reports.sequence_orm import count_orm

if TYPE_CHECKING:
    from visits.reports.archived import Months


def count_in_order(scan: SequenceScan, coverage: Coverage) -> dict[Key, Sums]:
    """Return the counts by key; none when there is no day to ask.

    A visit belongs to one day, and a day is asked of one engine. `coverage` must be of the sites and
    days of the visits. One statement for each set of days that the facts are asked for.
    """
    archived, unread = _count_archived(scan, coverage)
    answers = [archived]
    days = days_of_facts(scan.visits, coverage, unread)
    for part, ranges in by_days(scan.visits, coverage, days):
        answers.append(count_orm(replace(scan, visits=part), ranges))
    return fold(answers)


def _count_archived(
    scan: SequenceScan, coverage: Coverage
) -> tuple[dict[Key, Sums], dict[int, list[dt.date]]]:
    # Polars is loaded when it is needed, not when the server starts.
    from visits.reports.archived import ask_months, map_months
    from visits.reports.sequence_archive import count_month

    def answer(months: Months) -> dict[Key, Sums]:
        frame = map_months(partial(count_month, scan=scan), months, scan.KEY_COUNT)
        return {row[: scan.KEY_COUNT]: row[scan.KEY_COUNT :] for row in frame.iter_rows()}

    return ask_months(scan.visits, coverage, answer)
