"""The link from a mail to the page of its report."""

from __future__ import annotations

from django.urls import reverse

from accounts.emails import on_site_url
from accounts.models import User
from visits.models import Report
from visits.saved.lookup import shared_reports


def report_url(report: Report, user: User | None) -> str:
    """Return the address at which somebody sees the report: staff in the admin, owners under “Reports”.

    Empty for who does neither. The page asks whoever opens it again: the link itself opens nothing.
    """
    if user is None or not user.is_active:
        return ""
    if user.is_staff and user.has_perm("visits.view_report"):
        return on_site_url(reverse("admin:visits_report_view", args=[report.pk]))
    if shared_reports(user).filter(pk=report.pk).exists():
        return on_site_url(reverse("shared_report_page", args=[report.pk]))
    return ""
