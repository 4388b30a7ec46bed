"""What is left of a site after its deletion: nothing, and quickly."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from sites.models import Site
from visits.collect.batch import write_batch
from visits.collect.outcome import Refused
from visits.collect.payload import PropertyKey
from visits.models import RefusalReason
from visits.tests.collect.test_stitching import make_hit


def fill(site: Site, count: int) -> None:
    """Store visits with pages, events and properties that are all different."""
    write_batch(
        [
            make_hit(
                site,
                number / 100,
                f"/{number}",
                visitor=number,
                event=f"Event {number}",
                properties=(PropertyKey("number", str(number)),),
            )
            for number in range(count)
        ]
    )
    write_batch([Refused(site.pk, RefusalReason.BOT, 1_780_000_000)])


def models_of_sites() -> list[type[models.Model]]:
    """Return the models whose rows belong to a site."""
    return [
        model
        for model in apps.get_app_config("visits").get_models()
        if any(field.name == "site" for field in model._meta.fields)
    ]


def rows_of(site_id: int) -> dict[str, int]:
    return {
        model.__name__: count
        for model in models_of_sites()
        if (count := model._default_manager.filter(site=site_id).count())
    }


def test_nothing_of_a_deleted_site_is_left(site: Site) -> None:
    fill(site, 5)
    site_id = site.pk
    assert len(rows_of(site_id)) == 8

    site.delete()

    assert rows_of(site_id) == {}


def test_other_sites_keep_what_they_have(site: Site) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    fill(site, 3)
    fill(other, 3)
    before = rows_of(other.pk)

    site.delete()

    assert rows_of(other.pk) == before


def test_deletion_does_not_look_at_each_row(site: Site) -> None:
    def statements_to_delete(count: int) -> int:
        filled = Site.objects.create(owner=site.owner, name="Filled", domain=f"{count}.example")
        fill(filled, count)
        with CaptureQueriesContext(connection) as queries:
            filled.delete()
        return len(queries)

    assert statements_to_delete(2) == statements_to_delete(300)
