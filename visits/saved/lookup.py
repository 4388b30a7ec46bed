"""Which report is meant: by an operator on the command line, and by somebody with whom it is shared."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from sites.models import NAME_MAX_LENGTH
from visits.files.text import plain
from visits.models import Report

NAMES_TOLD = 10


class UnclearReport(LookupError):
    """No report is meant; the message is a sentence for the operator."""


def find_report(text: str) -> Report:
    """Return the report with this name, in whatever letters, or number. Raises UnclearReport."""
    # Two names may differ in their letters alone.
    found = Report.objects.filter(name=text).first()
    found = found or Report.objects.filter(name__iexact=text).order_by("pk").first()
    if found is None and text.isascii() and text.isdigit():
        found = Report.objects.filter(pk=int(text[:18])).first()
    if found is None:
        raise UnclearReport(f"There is no report “{plain(text)}”. {_known()}")
    return found


def _known() -> str:
    names = list(Report.objects.values_list("name", flat=True)[: NAMES_TOLD + 1])
    if not names:
        return "None is defined yet."
    told = ", ".join(f"“{plain(name, NAME_MAX_LENGTH)}”" for name in names[:NAMES_TOLD])
    return f"There are {told}{' and others' if len(names) > NAMES_TOLD else ''}."


def shared_reports(user: User | AnonymousUser) -> QuerySet[Report]:
    """Return the reports that staff have shared with somebody."""
    if not user.is_authenticated:
        return Report.objects.none()
    return Report.objects.filter(shared_with=user)


def get_shared_report_or_404(user: User | AnonymousUser, report_id: int) -> Report:
    """Return a report that is shared with `user`. Raises Http404 for everybody else, staff too."""
    report = shared_reports(user).filter(pk=report_id).first()
    if report is None:
        raise Http404
    return report
