"""From the text of hits to the integers that facts hold: get or create, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from visits.models import (
    Campaign,
    Client,
    EventName,
    Language,
    Location,
    Page,
    Property,
    Screen,
    Source,
)

Key = tuple[Any, ...]

# About 40 MB of pages. A full memory is emptied: asking again costs one query.
KNOWN_MAX_COUNT = 200_000
# SQLite refuses an expression of more than 1,000 parts.
KEYS_IN_A_QUERY = 100


class DimensionIds:
    """The ids of one dimension's rows by their natural keys, in the order of `fields`."""

    def __init__(self, model: type[models.Model], *fields: str) -> None:
        self.model = model
        self.fields = fields
        self.known: dict[Key, int] = {}

    def get_or_create(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Return the id of each key; rows that are missing are created.

        Call it inside a transaction. Ids are remembered only once that has committed: after a roll-back
        the rows of new ids do not exist.
        """
        wanted = set(keys)
        ids = {key: self.known[key] for key in wanted if key in self.known}
        missing = wanted - ids.keys()
        if missing:
            ids |= self._fetch_or_create(missing)
            transaction.on_commit(lambda: self._remember(ids))
        return ids

    def _fetch_or_create(self, keys: set[Key]) -> dict[Key, int]:
        ids = self._fetch(keys)
        new = keys - ids.keys()
        if new:
            # Sorted, so that two processes that create the same rows wait in the same order.
            rows = [self.model(**dict(zip(self.fields, key, strict=True))) for key in sorted(new)]
            self.model._default_manager.bulk_create(rows, ignore_conflicts=True)
            ids |= self._fetch(new)
        return ids

    def _fetch(self, keys: set[Key]) -> dict[Key, int]:
        ids: dict[Key, int] = {}
        ordered = list(keys)
        for start in range(0, len(ordered), KEYS_IN_A_QUERY):
            conditions = [
                Q(**dict(zip(self.fields, key, strict=True)))
                for key in ordered[start : start + KEYS_IN_A_QUERY]
            ]
            rows = self.model._default_manager.filter(reduce(or_, conditions))
            ids |= {tuple(key): pk for pk, *key in rows.values_list("pk", *self.fields)}
        return ids

    def _remember(self, ids: dict[Key, int]) -> None:
        if len(self.known) > KNOWN_MAX_COUNT:
            self.known = {}
        self.known.update(ids)


pages = DimensionIds(Page, "site_id", "hostname", "path")
event_names = DimensionIds(EventName, "site_id", "name")
properties = DimensionIds(Property, "site_id", "key", "value")
sources = DimensionIds(Source, "name", "channel", "referrer")
clients = DimensionIds(Client, "browser", "browser_version", "os", "os_version", "device")
locations = DimensionIds(Location, "country", "region", "city")
campaigns = DimensionIds(
    Campaign, "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"
)
screens = DimensionIds(Screen, "size")
languages = DimensionIds(Language, "code")
DIMENSIONS = (
    pages,
    event_names,
    properties,
    sources,
    clients,
    locations,
    campaigns,
    screens,
    languages,
)


def forget_dimension_ids() -> None:
    """Forget all ids, for a database that was replaced under this process."""
    for dimension in DIMENSIONS:
        dimension.known = {}
