"""A second report like one that exists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from django.db import transaction

from accounts.models import User
from sites.models import NAME_MAX_LENGTH
from visits.models import Report

ABOUT = ("sites", "owners", "tags")


@transaction.atomic
def duplicate_report(report: Report, user: User | None) -> Report:
    """Return a stored copy under a name of its own. It is shared with nobody, and was never run."""
    fields = {
        field.attname: getattr(report, field.attname)
        for field in Report._meta.concrete_fields
        if not field.primary_key
    }
    second = Report(**fields | {"name": free_name(report.name), "created_by_id": user and user.pk})
    second.save(force_insert=True)
    for name in ABOUT:
        getattr(second, name).set(getattr(report, name).all())
    return second


def free_name(name: str) -> str:
    """Return such as “Traffic (copy)” or “Traffic (copy 2)”, whichever is free."""
    taken = set(Report.objects.values_list("name", flat=True))
    return next(each for each in _names(name) if each not in taken)


def _names(name: str) -> Iterator[str]:
    for number in count(1):
        ending = " (copy)" if number == 1 else f" (copy {number})"
        yield name[: NAME_MAX_LENGTH - len(ending)] + ending
