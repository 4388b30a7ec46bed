"""What may not be changed of a report that goes to others, by who makes reports and no schedules.

They could otherwise mail the numbers of any site to its recipients.
"""

from __future__ import annotations

from django.http import HttpRequest

from visits.models import Report

# What decides whose numbers a report has, and who sees it.
GUARDED = ("reach", "sites", "owners", "tags", "filters", "shared_with")
WHY = (
    "This report is mailed, or shared with owners. Which sites it is about, its filters and with whom it is "
    "shared can be changed by staff who may change schedules."
)


def is_guarded(request: HttpRequest, report: Report | None) -> bool:
    """Tell whether others get the report, and whoever asks may not decide what they get."""
    if report is None or report.pk is None or request.user.has_perm("visits.change_schedule"):
        return False
    return report.schedules.filter(is_active=True).exists() or report.shared_with.exists()
