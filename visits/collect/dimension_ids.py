"""From the text of hits to the integers that facts hold: get or create, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import models, transaction

from visits.collect.tables import tables
from visits.collect.tables.statements import Reset
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
# The site and the day that a new value is charged to.
Home = tuple[int, int]

# About 40 MB of pages; twice that when all are long. A full memory is emptied: asking again costs one
# query.
KNOWN_MAX_COUNT = 200_000
KNOWN_MAX_CHARACTERS = 15_000_000
HOMES_MAX_COUNT = 10_000
# A site has a few thousand pages. Who sends a million paths a day fills their own day with “(other)”.
NEW_VALUES_PER_DAY = 10_000
OTHER = "(other)"
# Who changes the title of a page with each view must not have a row written with each.
TITLE_LASTS_SECONDS = 3600


class DimensionIds:
    """The ids of one dimension's rows by their natural keys, in the order of `fields`.

    `other` makes the key of the value that stands for all that a site may not add any more.
    """

    def __init__(
        self, model: type[models.Model], *fields: str, other: Callable[[Key], Key]
    ) -> None:
        self.table = model._meta.db_table
        self.name = model._meta.model_name or ""
        self.fields = fields
        self.other = other
        self.known: dict[Key, int] = {}
        self.known_characters = 0
        self.full: set[Home] = set()

    def get_or_create(
        self, keys: Sequence[Key | None], homes: Sequence[Home], details: Sequence[str] = ()
    ) -> list[Any]:
        """Return the id of each key; rows that are missing are created. None stays None.

        `details` is what a new row gets beside its key, where the dimension has such a column.

        A home makes NEW_VALUES_PER_DAY of them; what is beyond gets the id of the other value. Call it
        inside a transaction. Ids are remembered only once that has committed: after a roll-back the rows
        of new ids do not exist.
        """
        known = self.known
        # None is a key that is never known, so it maps to None.
        ids = [known.get(key) for key in keys]  # type: ignore[arg-type]
        if None not in ids:
            return ids
        missing = {
            key: home
            for key, home, id_ in zip(keys, homes, ids, strict=True)
            if id_ is None and key is not None
        }
        if not missing:
            return ids
        found = self._fetch_or_create(missing, dict(zip(keys, details, strict=False)))
        return [
            found.get(key) if id_ is None else id_  # type: ignore[arg-type]
            for key, id_ in zip(keys, ids, strict=True)
        ]

    def find(self, keys: Sequence[Key]) -> list[int | None]:
        """Return the id of each key, or of the other value for one that has no row; None without it."""
        missing = {key for key in keys if key not in self.known}
        found = self._fetch(missing | {self.other(key) for key in missing}) if missing else {}
        return [self.known.get(key) or found.get(key) or found.get(self.other(key)) for key in keys]

    def forget(self) -> None:
        self.known, self.known_characters, self.full = {}, 0, set()

    def _fetch_or_create(
        self, homes: Mapping[Key, Home], details: Mapping[Key | None, str]
    ) -> dict[Key, int]:
        ids = self._fetch(homes.keys())
        new = {key: home for key, home in homes.items() if key not in ids}
        beyond: dict[Key, Key] = {}
        if new:
            allowed = self._within_quota(new)
            ids |= self._create(allowed, details) if allowed else {}
            beyond = {key: self.other(key) for key in new.keys() - set(allowed)}
        transaction.on_commit(partial(self._remember, dict(ids)))
        if beyond:
            others = self._others(set(beyond.values()))
            ids |= {key: others[other] for key, other in beyond.items()}
        return ids

    def _create(self, keys: Collection[Key], details: Mapping[Key | None, str]) -> dict[Key, int]:
        # Sorted, so that two processes that create the same rows wait in the same order.
        ids = self._insert(sorted(keys), details)
        # Another process was faster with these.
        rest = [key for key in keys if key not in ids]
        return ids | self._fetch(rest) if rest else ids

    def _others(self, keys: set[Key]) -> dict[Key, int]:
        ids = self._fetch(keys)
        new = keys - ids.keys()
        return ids | self._create(new, {}) if new else ids

    def _within_quota(self, new: dict[Key, Home]) -> list[Key]:
        """Return the keys that their homes may still add today, charged to them."""
        keys_of: dict[Home, list[Key]] = defaultdict(list)
        for key, home in new.items():
            keys_of[home].append(key)
        allowed: list[Key] = []
        for home in sorted(keys_of):
            allowed += keys_of[home][: self._charge(home, len(keys_of[home]))]
        return allowed

    def _charge(self, home: Home, wanted: int) -> int:
        """Note `wanted` new values of a home and return how many of them it may have."""
        if home in self.full:
            return 0
        count = tables().charge_quota(*home, self.name, wanted)
        if count >= NEW_VALUES_PER_DAY:
            transaction.on_commit(partial(self._note_full, home))
        return max(0, wanted - max(0, count - NEW_VALUES_PER_DAY))

    def _note_full(self, home: Home) -> None:
        if len(self.full) > HOMES_MAX_COUNT:
            self.full = set()
        self.full.add(home)

    def _insert(self, keys: Sequence[Key], details: Mapping[Key | None, str]) -> dict[Key, int]:
        return _by_key(tables().insert_values(self.table, self.fields, keys))

    def _fetch(self, keys: Collection[Key]) -> dict[Key, int]:
        return _by_key(tables().find_values(self.table, self.fields, list(keys)))

    def _remember(self, ids: dict[Key, int]) -> None:
        if len(self.known) > KNOWN_MAX_COUNT or self.known_characters > KNOWN_MAX_CHARACTERS:
            self.known, self.known_characters = {}, 0
        self.known.update(ids)
        self.known_characters += sum(
            len(part) for key in ids for part in key if isinstance(part, str)
        )


def _by_key(rows: Sequence[Sequence[Any]]) -> dict[Key, int]:
    return {tuple(key): pk for pk, *key in rows}


class PageIds(DimensionIds):
    """The ids of pages, whose rows have a title beside the key: it may change.

    Of a title the hash is remembered: 32 bytes, where the longest of them take 800.
    """

    def __init__(self) -> None:
        super().__init__(Page, "site_id", "hostname", "path", other=lambda key: (key[0], "", OTHER))
        self.titles: dict[int, int] = {}
        self.changed_at: dict[int, int] = {}

    def change_titles(self, told: Iterable[tuple[int, str, int]]) -> None:
        """Store what pages are called now, given as (page id, title, time in epoch seconds).

        Costs nothing while that is what they were called before. A title that was changed stays for
        TITLE_LASTS_SECONDS, whatever others are told. Call it inside a transaction.
        """
        changed = {
            page_id: (title, at)
            for page_id, title, at in told
            if hash(title) != self.titles.get(page_id)
            and at >= self.changed_at.get(page_id, at - TITLE_LASTS_SECONDS) + TITLE_LASTS_SECONDS
        }
        if changed:
            rows = [(page_id, title) for page_id, (title, _) in sorted(changed.items())]
            tables().change_titles(rows, OTHER)
            transaction.on_commit(partial(self._note_changed, changed))

    def forget(self) -> None:
        super().forget()
        self.titles, self.changed_at = {}, {}

    def _insert(self, keys: Sequence[Key], details: Mapping[Key | None, str]) -> dict[Key, int]:
        rows = [(*key, details.get(key, "")) for key in keys]
        return self._learn(tables().insert_values(self.table, (*self.fields, "title"), rows))

    def _fetch(self, keys: Collection[Key]) -> dict[Key, int]:
        return self._learn(tables().find_values(self.table, self.fields, list(keys), ("title",)))

    def _learn(self, rows: Sequence[Sequence[Any]]) -> dict[Key, int]:
        """Remember the titles in rows (id, *key, title) and return the ids by their keys.

        At once, before the commit: should it fail, whoever gets the id then is learned anew.
        """
        if len(self.titles) > KNOWN_MAX_COUNT:
            self.titles = {}
        self.titles.update((row[0], hash(row[-1])) for row in rows)
        return _by_key([row[:-1] for row in rows])

    def _note_changed(self, changed: Mapping[int, tuple[str, int]]) -> None:
        if len(self.changed_at) > KNOWN_MAX_COUNT:
            self.changed_at = {}
        for page_id, (title, at) in changed.items():
            self.titles[page_id] = hash(title)
            self.changed_at[page_id] = at


pages = PageIds()
event_names = DimensionIds(EventName, "site_id", "name", other=lambda key: (key[0], OTHER))
properties = DimensionIds(
    Property, "site_id", "key", "value", other=lambda key: (key[0], OTHER, OTHER)
)
# The channel is one of few: it stays exact.
sources = DimensionIds(Source, "name", "channel", "referrer", other=lambda key: (OTHER, key[1], ""))
# The kind of device is one of few as well.
clients = DimensionIds(
    Client,
    "browser",
    "browser_version",
    "os",
    "os_version",
    "device",
    other=lambda key: (OTHER, "", OTHER, "", key[4]),
)
locations = DimensionIds(
    Location, "country", "region", "city", other=lambda key: (key[0], OTHER, OTHER)
)
campaigns = DimensionIds(
    Campaign,
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    other=lambda key: tuple(OTHER if part else "" for part in key),
)
screens = DimensionIds(Screen, "size", other=lambda key: (OTHER,))
languages = DimensionIds(Language, "code", other=lambda key: (OTHER,))
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
SITE_DIMENSIONS = tuple(dimension for dimension in DIMENSIONS if "site_id" in dimension.fields)
# The resets after which the ids of this process are known.
_known_resets: dict[int, Reset] = {}


def heed_resets(resets: dict[int, Reset]) -> None:
    """Forget the dimensions of sites when one was reset: upkeep removes those that nothing uses."""
    if not resets.items() <= _known_resets.items():
        for dimension in SITE_DIMENSIONS:
            dimension.forget()
        _known_resets.update(resets)


def forget_dimension_ids() -> None:
    """Forget all ids, for a database that was replaced under this process."""
    for dimension in DIMENSIONS:
        dimension.forget()
    _known_resets.clear()
