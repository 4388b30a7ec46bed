"""From ids of dimension rows to their texts. Rows never change, so what was read once stays right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from django.db.models import Model

from sites.models import Site
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
from visits.reports.scan import Names

MODELS: Mapping[str, type[Model]] = {
    "page": Page,
    "entry_page": Page,
    "exit_page": Page,
    "event_name": EventName,
    "property": Property,
    "source": Source,
    "client": Client,
    "location": Location,
    "campaign": Campaign,
    "screen": Screen,
    "language": Language,
    "site": Site,
}
# In one statement; SQLite takes 32,766 values at most.
MAX_IDS = 5_000
# About 100 MB when all of them are paths.
MAX_REMEMBERED = 400_000
# Texts that may become others: titles, and what sites are called.
CHANGING = frozenset((("title",), ("domain", "name", "key")))

_remembered: dict[tuple[type[Model], tuple[str, ...]], dict[int, Names]] = {}
_lock = Lock()


def find_names(column: str, fields: tuple[str, ...], ids: Iterable[int]) -> dict[int, Names]:
    """Return the texts of these fields by id; one statement for every 5,000 that are not remembered."""
    model = MODELS[column]
    if fields in CHANGING:
        return _read(model, fields, list(ids))
    known = _remembered.get((model, fields), {}) if MAX_REMEMBERED else {}
    ids = list(ids)
    names = {row_id: known[row_id] for row_id in ids if row_id in known}
    missing = [row_id for row_id in ids if row_id not in names]
    if missing:
        read = _read(model, fields, missing)
        _remember(model, fields, read)
        names |= read
    if len(names) < len(ids):
        # What a site that was reset gave up may be gone meanwhile.
        names |= dict.fromkeys(set(ids) - names.keys(), ("",) * len(fields))
    return names


def _remember(model: type[Model], fields: tuple[str, ...], names: dict[int, Names]) -> None:
    with _lock:
        if sum(map(len, _remembered.values())) + len(names) > MAX_REMEMBERED:
            _remembered.clear()
        if len(names) <= MAX_REMEMBERED:
            _remembered[model, fields] = {**_remembered.get((model, fields), {}), **names}


def _read(model: type[Model], fields: tuple[str, ...], ids: list[int]) -> dict[int, Names]:
    names: dict[int, Names] = {}
    rows = model._default_manager.values_list("pk", *fields)
    for start in range(0, len(ids), MAX_IDS):
        found = rows.filter(pk__in=ids[start : start + MAX_IDS])
        names |= {row[0]: row[1:] for row in found.iterator()}
    return names
