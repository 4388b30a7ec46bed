"""Writes hits: a batch in one transaction, each table with one statement for as many rows as fit in one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from visits.collect.dimension_ids import (
    Key,
    campaigns,
    clients,
    event_names,
    languages,
    locations,
    pages,
    properties,
    screens,
    sources,
)
from visits.collect.pipeline import NewHit
from visits.collect.stitching import HitIds, StitchedHit, Stitching
from visits.models import Hit, HitProperty
from visits.models.time import to_day


def write_batch(hits: Sequence[NewHit]) -> None:
    """Store the hits in their order; when it returns outside a transaction, they are committed.

    1. ids of dimensions, new rows first
    2. visits: lock the visitors, stitch in memory, save
    3. hits and their properties

    All or nothing: raises DatabaseError and stores none when the database cannot.
    """
    if not hits:
        return
    with transaction.atomic():
        all_ids = _dimension_ids(hits)
        stitching = Stitching.load(hits)
        stitched = [stitching.add(hit, ids) for hit, ids in zip(hits, all_ids, strict=True)]
        stitching.save()
        _save_hits(hits, all_ids, stitched)


def _dimension_ids(hits: Sequence[NewHit]) -> list[HitIds]:
    """Return the ids of each hit's dimensions: one look-up for each dimension, not for each hit."""
    page_ids = pages.get_or_create(_page_key(hit) for hit in hits)
    event_ids = event_names.get_or_create(_event_key(hit) for hit in hits if hit.event_name)
    property_ids = properties.get_or_create(key for hit in hits for key in _property_keys(hit))
    source_ids = sources.get_or_create(_source_key(hit) for hit in hits)
    client_ids = clients.get_or_create(hit.client for hit in hits)
    location_ids = locations.get_or_create(hit.location for hit in hits)
    campaign_ids = campaigns.get_or_create(hit.campaign for hit in hits)
    screen_ids = screens.get_or_create((hit.screen,) for hit in hits)
    language_ids = languages.get_or_create((hit.language,) for hit in hits)
    return [
        HitIds(
            page=page_ids[_page_key(hit)],
            event_name=event_ids[_event_key(hit)] if hit.event_name else None,
            source=source_ids[_source_key(hit)],
            client=client_ids[hit.client],
            location=location_ids[hit.location],
            campaign=campaign_ids[hit.campaign],
            screen=screen_ids[(hit.screen,)],
            language=language_ids[(hit.language,)],
            properties=tuple(property_ids[key] for key in _property_keys(hit)),
        )
        for hit in hits
    ]


def _page_key(hit: NewHit) -> Key:
    return (hit.site_id, hit.page.hostname, hit.page.path)


def _event_key(hit: NewHit) -> Key:
    return (hit.site_id, hit.event_name)


def _property_keys(hit: NewHit) -> list[Key]:
    return [(hit.site_id, entry.key, entry.value) for entry in hit.properties]


def _source_key(hit: NewHit) -> Key:
    return (hit.source.name, hit.source.channel, hit.source.referrer)


def _save_hits(
    hits: Sequence[NewHit], all_ids: Sequence[HitIds], stitched: Sequence[StitchedHit]
) -> None:
    rows = [
        Hit(
            site_id=hit.site_id,
            # The day of the visit: a visit that began before midnight stays whole.
            day=to_day(place.visit.day),
            at=hit.at,
            visit_id=place.visit.pk,
            kind=hit.kind,
            page_id=ids.page,
            event_name_id=ids.event_name,
            client_id=ids.client,
            # The visit's source: a later hit of the visit has the site itself as its referrer.
            source_id=place.visit.source_id,
            location_id=ids.location,
            is_first_view=place.is_first_view,
            engaged_seconds=hit.engaged_seconds,
            scroll_percent=hit.scroll_percent,
        )
        for hit, ids, place in zip(hits, all_ids, stitched, strict=True)
    ]
    Hit.objects.bulk_create(rows)
    HitProperty.objects.bulk_create(
        [
            HitProperty(site_id=row.site_id, hit_id=row.pk, property_id=property_id)
            for row, ids in zip(rows, all_ids, strict=True)
            for property_id in ids.properties
        ]
    )
