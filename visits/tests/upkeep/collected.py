"""A site with something in every table that collection and upkeep fill, and what is left of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from sites.models import Exclusion, Site
from visits.archive.store import archive_store
from visits.collect.batch import write_batch
from visits.collect.outcome import NewHit, Refused, Sample
from visits.collect.payload import PropertyKey, Revenue
from visits.models import (
    Archive,
    Hit,
    HitProperty,
    HitRevenue,
    LogImport,
    OpenVisit,
    QuarantinedVisit,
    RefusalReason,
    SiteDay,
    Visit,
)
from visits.tests.collect.outcomes import DAY, NEVER, NOON, make_new_hit
from visits.upkeep.quarantine import Question, open_quarantine, quarantine_steps

SECONDS_PER_DAY = 86_400
TODAY = dt.date(1970, 1, 1) + dt.timedelta(days=DAY)
NOW = dt.datetime.fromtimestamp(NOON + 600, dt.UTC)
DIGEST = b"x" * 32
# What the owner has set stays when a site is reset.
SETTINGS = (
    "Annotation", "Exclusion", "Funnel", "Goal", "Quarantine", "Segment", "SharedLink",
)  # fmt: skip


def hit(site: Site, number: int, *, days_ago: int = 0, **fields: object) -> NewHit:
    """Return an event of a visitor of its own, on a page of its own, that tells all it can."""
    seconds = number - days_ago * SECONDS_PER_DAY
    values = {
        "event_name": f"Event {number}",
        "properties": (PropertyKey("number", str(number)), PropertyKey("kind", "test")),
        "revenue": Revenue("EUR", 1_000_000),
        "message_id": number * 1000 + days_ago,
        "day_ends_at": 0 if days_ago else NEVER,
        **fields,
    }
    made = make_new_hit(
        site.pk, seconds=seconds, path=f"/{number}", visitor=site.pk * 10_000 + number, **values
    )
    return made._replace(day=DAY - days_ago)


def collect(site: Site, count: int, *, days_ago: int = 0) -> None:
    """Store so many visits of a hit each, and a refusal."""
    write_batch([hit(site, number, days_ago=days_ago) for number in range(count)])
    at = NOON - days_ago * SECONDS_PER_DAY
    sample = Sample("example.com", "/", "", "Firefox", "192.0.2.0/24")
    write_batch([Refused(site.pk, RefusalReason.BOT, at, sample, "GreatBot", DAY - days_ago)])


def fill(site: Site, count: int = 3, days: int = 3) -> None:
    """Fill every table for a site: `count` visits on each of so many days, the last of them today."""
    for days_ago in reversed(range(days)):
        collect(site, count, days_ago=days_ago)
    LogImport.objects.create(site=site, first_line_digest=DIGEST, imported_digest=DIGEST)
    Exclusion.objects.create(site=site, kind="page", pattern="/admin/**")
    SiteDay.objects.get_or_create(site=site, day=TODAY - dt.timedelta(days=1))
    make_archive(site, TODAY.replace(day=1))
    put_one_aside(site)


def put_one_aside(site: Site) -> None:
    """Put a visit of the site that comes on top of the others into quarantine."""
    write_batch([hit(site, 0, message_id=None)._replace(visitor=site.pk * 10_000 + 9_999)])
    newest = Visit.objects.filter(site=site).order_by("-pk").values_list("pk", flat=True)[0]
    question = Question((), "", TODAY, TODAY)
    quarantine = open_quarantine(site, question, NOW)
    chosen = Visit.objects.filter(pk=newest)
    assert list(quarantine_steps(quarantine, lambda day: chosen, [TODAY]))


def make_archive(site: Site, month: dt.date) -> Archive:
    """Store two files, which hold nothing that can be read, as those of a month."""
    source = Path(settings.VAR_DIR) / "archived"
    source.write_bytes(b"rows")
    names = [f"{site.pk}/{month:%Y-%m}/{kind}.parquet" for kind in ("visits", "hits")]
    for name in names:
        archive_store().put(name, source)
    return Archive.objects.create(
        site=site,
        month=month,
        layout=1,
        visits_file=names[0],
        hits_file=names[1],
        visits_bytes=4,
        hits_bytes=4,
        visits_checksum="0" * 64,
        hits_checksum="0" * 64,
        visit_count=1,
        hit_count=1,
        written_at=NOW,
    )


def models_of_sites() -> list[type[models.Model]]:
    """Return the models whose rows belong to a site."""
    return [
        model
        for model in apps.get_models()
        if any(field.name == "site" and field.related_model is Site for field in model._meta.fields)
    ]


def rows_of(site_id: int) -> dict[str, int]:
    """Return how many rows a site has, by model; those of which it has none are left out."""
    counts = {
        model.__name__: model._base_manager.filter(site=site_id).count()
        for model in models_of_sites()
    }
    return {name: count for name, count in counts.items() if count}


def orphans() -> dict[str, int]:
    """Return how many rows refer to a visit, a hit or a dimension that is gone."""
    opened = OpenVisit.objects.exclude(pk__in=QuarantinedVisit.objects.values("pk"))
    found = {"OpenVisit": opened.exclude(pk__in=Visit.objects.values("pk")).count()}
    for model in (Visit, Hit, HitProperty, HitRevenue):
        for field in model._meta.fields:
            to = field.related_model
            if isinstance(to, type) and issubclass(to, models.Model):
                there = to._base_manager.values("pk")
                rows = model._default_manager.filter(**{f"{field.name}__isnull": False})
                name = f"{model.__name__}.{field.name}"
                found[name] = rows.exclude(**{f"{field.name}__in": there}).count()
    return {name: count for name, count in found.items() if count}


def stored_files(site_id: int) -> list[str]:
    return [file.name for file in archive_store().files() if file.name.startswith(f"{site_id}/")]
