"""Which runs of a report are remembered."""

from __future__ import annotations

from visits.models import Report, ReportRun
from visits.models.report import PROBLEM_MAX_LENGTH

RUNS_KEPT = 100
MILLISECONDS = 1_000


def remember_run(run: ReportRun, seconds: float) -> None:
    """Store a run that took so long, and give up all but the newest of its report and purpose: views
    of a page push out no exports and mails."""
    run.duration_ms = round(seconds * MILLISECONDS)
    run.problem = run.problem[:PROBLEM_MAX_LENGTH]
    run.save()
    prune_runs(run.report, run.purpose)


def prune_runs(report: Report, purpose: str, kept: int = RUNS_KEPT) -> int:
    """Delete the oldest runs of a report for a purpose beyond so many; return how many."""
    runs = ReportRun.objects.filter(report=report, purpose=purpose).order_by("-pk")
    newest_to_go = runs.values_list("pk", flat=True)[kept : kept + 1].first()
    if newest_to_go is None:
        return 0
    deleted, _by_model = runs.filter(pk__lte=newest_to_go).delete()
    return deleted
