"""The star schema: narrow facts of integers, and the dimensions that hold their text."""

from visits.models.dimension import (
    Campaign,
    Channel,
    Client,
    EventName,
    Language,
    Location,
    Page,
    Property,
    Screen,
    Source,
)
from visits.models.hit import Hit, HitKind, HitProperty
from visits.models.log_import import LogImport
from visits.models.refusal import Refusal, RefusalReason
from visits.models.salt import Salt
from visits.models.visit import OpenVisit, Visit

__all__ = [
    "Campaign",
    "Channel",
    "Client",
    "EventName",
    "Hit",
    "HitKind",
    "HitProperty",
    "Language",
    "Location",
    "LogImport",
    "OpenVisit",
    "Page",
    "Property",
    "Refusal",
    "RefusalReason",
    "Salt",
    "Screen",
    "Source",
    "Visit",
]
