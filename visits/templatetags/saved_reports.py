"""Whether somebody has reports to look at."""

from __future__ import annotations

from django import template

from accounts.models import User

register = template.Library()


@register.simple_tag
def has_shared_reports(user: User) -> bool:
    """Tell whether staff have shared a report with a person; one statement."""
    return user.shared_reports.exists()
