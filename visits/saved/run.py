"""Runs a report and remembers that it was run."""

from __future__ import annotations

import datetime as dt
import time

from accounts.models import User
from sites.models import SiteQuerySet
from visits.models import Report, ReportRun
from visits.reports.exceptions import InvalidQuery
from visits.reports.period import Period, PeriodName
from visits.saved.answer import Answer
from visits.saved.drawing import chart_of
from visits.saved.history import remember_run
from visits.saved.narrowing import WHOLE, Narrowing
from visits.saved.question import Question, question_of
from visits.saved.rows import rows_of
from visits.saved.table import table_of


def run_report(
    report: Report,
    now: dt.datetime,
    *,
    purpose: ReportRun.Purpose | None,
    user: User | None = None,
    sites: SiteQuerySet | None = None,
    narrowing: Narrowing = WHOLE,
) -> Answer:
    """Return what a report says as of `now`, which is aware. Raises InvalidQuery.

    `sites` narrows it to what somebody may see, `narrowing` to what somebody looks into. Without a
    purpose it is a preview, which leaves no ReportRun; all others do, also those that fail. A report that
    is not stored, which previews may be, is about `sites`.
    """
    started = time.perf_counter()
    row_count, problem = 0, ""
    try:
        answer = _answer(question_of(report, now, sites, narrowing))
        row_count = len(answer.table.rows)
    except InvalidQuery as error:
        problem = error.sentence
        raise
    finally:
        if purpose is not None and report.pk is not None:
            run = ReportRun(
                report=report,
                ran_by=_who(user),
                purpose=purpose,
                row_count=row_count,
                problem=problem,
            )
            remember_run(run, time.perf_counter() - started)
    return answer


def _who(user: User | None) -> User | None:
    """Return the member of staff who looks as an owner, else the user."""
    impersonation = getattr(user, "impersonation", None)
    return impersonation.staff if impersonation else user


def _answer(question: Question) -> Answer:
    query = question.query
    table = table_of(question, rows_of(question))
    return Answer(
        report=question.report,
        query=query,
        period_words=period_words(query.period),
        narrowed_to=question.looking.narrowing.words(query.sites),
        comparison_words=query.comparison.dates_label if query.comparison else "",
        table=table,
        chart=chart_of(question, table),
        sites=query.sites,
        ran_at=question.now,
    )


def purpose_of_page(narrowing: Narrowing) -> ReportRun.Purpose | None:
    """Return what a page runs a report for: who looks into rows would fill the history with steps."""
    return ReportRun.Purpose.PAGE if narrowing == WHOLE else None


def period_words(period: Period) -> str:
    """Return the name of a period with its days: “Last 7 days, 28 Apr – 4 May 2026”."""
    if period.name == PeriodName.CUSTOM:
        return period.dates_label
    return f"{period.label}, {period.dates_label}"
