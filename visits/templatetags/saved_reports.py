"""Whether somebody has reports to look at."""

from __future__ import annotations

from django import template
from django.contrib.auth.base_user import AbstractBaseUser

from visits.models import Report

register = template.Library()


@register.simple_tag
def has_shared_reports(user: AbstractBaseUser) -> bool:
    """Tell whether staff have shared a report with a person; one statement."""
    return Report.objects.filter(shared_with=user.pk).exists()
