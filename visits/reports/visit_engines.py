"""Answers questions about the hits of visits: the archive, and the facts for the days that it lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from visits.reports.engines import Coverage, by_days, days_of_facts
from visits.reports.meeting import MeetingScan
from visits.reports.meeting_orm import meet_orm
from visits.reports.scan import Key, Ranges, Sums, fold
from visits.reports.sequence import SequenceScan
from visits.reports.sequence_orm import count_orm

if TYPE_CHECKING:
    from visits.reports.archived import Months

VisitScan = SequenceScan | MeetingScan


def ask_visits(scan: VisitScan, coverage: Coverage) -> dict[Key, Sums]:
    """Return the sums by key; none when there is no day to ask.

    A visit belongs to one day, and a day is asked of one engine. `coverage` must be of the sites and
    days of the visits. One statement for each set of days that the facts are asked for.
    """
    archived, unread = _ask_archive(scan, coverage)
    answers = [archived]
    days = days_of_facts(scan.visits, coverage, unread)
    for part, ranges in by_days(scan.visits, coverage, days):
        answers.append(_ask_facts(replace(scan, visits=part), ranges))
    return fold(answers)


def _ask_facts(scan: VisitScan, days: Ranges) -> dict[Key, Sums]:
    return meet_orm(scan, days) if isinstance(scan, MeetingScan) else count_orm(scan, days)


def _ask_archive(
    scan: VisitScan, coverage: Coverage
) -> tuple[dict[Key, Sums], dict[int, list[dt.date]]]:
    # Polars is loaded when it is needed, not when the server starts.
    from visits.reports.archive_months import each_month
    from visits.reports.archived import ask_months, map_months
    from visits.reports.meeting_archive import meet_months
    from visits.reports.sequence_archive import count_month

    ask = (
        partial(meet_months, scan=scan)
        if isinstance(scan, MeetingScan)
        else partial(each_month, ask=partial(count_month, scan=scan), key_count=scan.KEY_COUNT)
    )

    def answer(months: Months) -> dict[Key, Sums]:
        frame = map_months(ask, months, scan.KEY_COUNT)
        return {row[: scan.KEY_COUNT]: row[scan.KEY_COUNT :] for row in frame.iter_rows()}

    return ask_months(scan.visits, coverage, answer)
