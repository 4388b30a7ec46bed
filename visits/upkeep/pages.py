"""Giving what happened on one page to another: two addresses of one page, or one that has moved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from sites.models import Site, validate_one_line
from visits.models import Hit, Page, Visit
from visits.models.dimension import PATH_MAX_LENGTH
from visits.upkeep import steps
from visits.upkeep.changing import FactsGone, begin_change, in_parts, mend_views
from visits.upkeep.steps import Counts


class PagesDiffer(Exception):
    """These pages cannot be merged; the message is a sentence for whoever asked."""


def page_at(page: Page, path: str) -> Page:
    """Return the page of the same host with another path, made when it is new. Raises PagesDiffer."""
    check_path(path)
    moved, _ = Page.objects.get_or_create(
        site_id=page.site_id, hostname=page.hostname, path=path, defaults={"title": page.title}
    )
    return moved


def check_path(path: str) -> None:
    """Raise PagesDiffer unless a page can have this path."""
    if not path.startswith("/") or len(path) > PATH_MAX_LENGTH:
        raise PagesDiffer(f"A path begins with / and has {PATH_MAX_LENGTH} characters at most.")
    try:
        validate_one_line(path)
    except ValidationError as error:
        raise PagesDiffer(" ".join(error.messages)) from error


def check_pages(page: Page, target: Page) -> None:
    """Raise PagesDiffer unless a page can be merged into the other one."""
    if page.site_id != target.site_id:
        raise PagesDiffer("The pages belong to different sites.")
    if page.pk == target.pk:
        raise PagesDiffer("A page cannot be merged into itself.")
    if Site.objects.filter(pk=page.site_id, is_being_reset=True).exists():
        raise PagesDiffer("The site is being reset. Try again when that is done.")


def count_of(page: Page) -> Counts:
    """Return how many hits a page has, and in how many days."""
    hits = Hit.objects.filter(site=page.site_id, page=page)
    return Counter({"hits": hits.count(), "days": len(_days(page))})


def merge_steps(page: Page, target: Page) -> Iterator[Counts]:
    """Make hits of one page hits of another; yield what each transaction changed. Raises PagesDiffer.

    Entry and exit pages follow, and who viewed both on a day has one first view. What arrives later under
    the old address is that page's again. Safe to repeat, and to kill.
    """
    check_pages(page, target)
    for day in _days(page):
        hits = Hit.objects.filter(site=page.site_id, day=day, page=page)
        visits = sorted(set(hits.values_list("visit_id", flat=True)))
        for start in range(0, len(visits), steps.STEP_ROWS // 4):
            try:
                yield _move(page, target, day, visits[start : start + steps.STEP_ROWS // 4])
            except FactsGone:
                break


def _days(page: Page) -> list[dt.date]:
    hits = Hit.objects.filter(site=page.site_id, page=page).order_by("day")
    return list(hits.values_list("day", flat=True).distinct())


def _move(page: Page, target: Page, day: dt.date, ids: Sequence[int]) -> Counts:
    site_id = page.site_id
    with transaction.atomic():
        begin_change(site_id, day)
        visits = Visit.objects.filter(site=site_id, day=day)
        visitors = set(visits.filter(pk__in=ids).values_list("visitor", flat=True))
        hits = Hit.objects.filter(site=site_id, day=day, page=page, visit__in=ids)
        moved = hits.update(page=target)
        visits.filter(entry_page=page, pk__in=ids).update(entry_page=target)
        visits.filter(exit_page=page, pk__in=ids).update(exit_page=target)
        all_visits = {
            visit_id: visitor
            for part in in_parts(sorted(visitors))
            for visit_id, visitor in visits.filter(visitor__in=part).values_list("pk", "visitor")
        }
        mend_views(site_id, day, all_visits)
    return Counter({"hits": moved, "visits": len(ids)})
