"""Visits in the Django admin: facts and their dimensions, to read and never to write; and what owners name.

Two tables are left out on purpose. A salt is the secret that makes visitor ids: who reads it can test
whether a person was here. An open visit says which visitor is reading which pages right now.
"""

from visits.admin import (
    annotation,
    dimension,
    goal,
    hit,
    log_import,
    owner,
    quarantine,
    refusal,
    report,
    schedule,
    segment,
    shared_link,
    site,
    upkeep,
    visit,
)

__all__ = [
    "annotation",
    "dimension",
    "goal",
    "hit",
    "log_import",
    "owner",
    "quarantine",
    "refusal",
    "report",
    "schedule",
    "segment",
    "shared_link",
    "site",
    "upkeep",
    "visit",
]
