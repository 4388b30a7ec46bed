"""The star schema: narrow facts of integers, and the dimensions that hold their text."""

from visits.models.archive import Archive
from visits.models.collecting import DimensionQuota, DrainedSpool, MessageId, WriterTurn
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
from visits.models.hit import Hit, HitKind, HitProperty, HitRevenue
from visits.models.log_import import LogImport
from visits.models.refusal import BotCount, Refusal, RefusalReason, RefusalSample
from visits.models.salt import Salt
from visits.models.siteday import SiteDay
from visits.models.visit import OpenVisit, Visit

__all__ = [
    "Archive",
    "BotCount",
    "Campaign",
    "Channel",
    "Client",
    "DimensionQuota",
    "DrainedSpool",
    "EventName",
    "Hit",
    "HitKind",
    "HitProperty",
    "HitRevenue",
    "Language",
    "Location",
    "LogImport",
    "MessageId",
    "OpenVisit",
    "Page",
    "Property",
    "Refusal",
    "RefusalReason",
    "RefusalSample",
    "Salt",
    "Screen",
    "SiteDay",
    "Source",
    "Visit",
    "WriterTurn",
]
