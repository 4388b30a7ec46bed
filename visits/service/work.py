"""Checks of the work that has to be done regularly: jobs, closed days, the archive, salts and mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Q
from django.utils.timesince import timesince

from sites.models import Site
from visits.archive.layout import ARCHIVE_LAYOUT
from visits.models import Archive, Salt, UpkeepJob, Visit
from visits.reports.days import ONE_MINUTE
from visits.service.finding import Finding, ok, problem, warning
from visits.service.jobs import LATE_AFTER, OVERDUE_AFTER, mails
from visits.service.weeks import site_weeks
from visits.upkeep.salts import IMPORT_LIFE, SALT_LIFE

SERVE = "Keep `manage.py serve` running: it does upkeep every ten minutes."
# What is removed in small steps may take its time.
REMOVAL_LIFE = dt.timedelta(days=2)


def check_jobs(now: dt.datetime) -> Iterator[Finding]:
    jobs = list(UpkeepJob.objects.all())
    if not jobs:
        yield warning("jobs", "Upkeep has never run.", SERVE)
    for job in jobs:
        if job.problem:
            since = f"since {job.succeeded_at:%Y-%m-%d %H:%M} UTC" if job.succeeded_at else "always"
            yield problem("jobs", f"{job} fails {since}: {job.problem}", "The log has the details.")
    overdue = [job for job in jobs if job.ran_at < now - OVERDUE_AFTER]
    if overdue:
        oldest = min(job.ran_at for job in overdue)
        names = ", ".join(job.name for job in overdue)
        yield problem("jobs", f"Not done for {timesince(oldest, now, depth=1)}: {names}.", SERVE)
    if jobs and not overdue and not any(job.problem for job in jobs):
        yield ok("jobs", f"All {len(jobs)} ran within the last hour, and none failed.")


def check_days(now: dt.datetime) -> Iterator[Finding]:
    weeks = site_weeks(now)
    behind = weeks.behind()
    if behind:
        names = ", ".join(site.name for site in behind[:5])
        yield problem(
            "days",
            f"{len(behind)} sites have days that are over and not closed ({names}).",
            "Run `manage.py closedays`; the log says why it failed.",
        )
    elif weeks.waiting_days():
        yield ok("days", f"{weeks.waiting_days()} have changed; the next upkeep closes them anew.")
    elif weeks.sites:
        yield ok("days", f"All are closed up to {weeks.last_on}.")
    elif _has_visits_of(weeks.first_on, weeks.last_on):
        yield problem(
            "days", "None of the last four weeks is closed.", "Run `manage.py closedays`."
        )
    else:
        yield ok("days", "There were no visits lately, so nothing is to be closed.")


def _has_visits_of(first_on: dt.date, last_on: dt.date) -> bool:
    """Tell whether any site has a visit of these days."""
    sites = Site.objects.values("pk")
    return Visit.objects.filter(site__in=sites, day__range=(first_on, last_on)).exists()


def check_archive(now: dt.datetime) -> Iterator[Finding]:
    if not settings.ARCHIVE_URL:
        yield warning(
            "archive",
            "It is off: reports over long periods ask the database.",
            "Name a place in ARCHIVE_URL.",
        )
        return
    damaged = Count("pk", filter=~Q(layout=ARCHIVE_LAYOUT))
    months = Archive.objects.aggregate(all=Count("pk"), damaged=damaged)
    if months["damaged"]:
        yield problem(
            "archive",
            f"{months['damaged']} months have lost or damaged files.",
            "Upkeep writes them anew as long as the database has their hits.",
        )
    else:
        yield ok("archive", f"{months['all']:,} months are in {settings.ARCHIVE_URL}.")


def check_removals(now: dt.datetime) -> Iterator[Finding]:
    """Look for what should be gone: salts, which are secrets, and what deleted sites have left."""
    late = now - OVERDUE_AFTER
    salts = Salt.objects.filter(
        day__lte=(late - SALT_LIFE).date(), created_at__lte=late - IMPORT_LIFE
    ).count()
    if salts:
        yield problem("removals", f"{salts} salts of past days still exist.", SERVE)
    sites = Site.with_deleted.filter(deleted_at__lt=now - REMOVAL_LIFE).count()
    if sites:
        yield warning(
            "removals", f"{sites} deleted sites still have rows.", "Run `manage.py prune`."
        )
    if not salts and not sites:
        yield ok("removals", "Salts of past days and deleted sites are gone.")


def check_mails(now: dt.datetime) -> Iterator[Finding]:
    found = mails(now)
    if found.failed:
        hint = "The admin's list of deliveries says why, and tries them again."
        yield warning("mails", f"{found.failed} scheduled mails failed.", hint)
    if found.late:
        minutes = LATE_AFTER // ONE_MINUTE
        text = f"{found.late} scheduled mails are more than {minutes} minutes late."
        yield problem("mails", text, SERVE)
    if not found.failed and not found.late:
        yield ok("mails", "No scheduled mail is late or failed.")
