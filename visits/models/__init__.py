"""The star schema: narrow facts of integers, and the dimensions that hold their text."""

from visits.models.annotation import Annotation
from visits.models.archive import Archive
from visits.models.collecting import DimensionQuota, DrainedSpool, MessageId, WriterTurn
from visits.models.condition import Condition, Operator
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
from visits.models.goal import Funnel, FunnelStep, Goal
from visits.models.hit import Hit, HitKind, HitProperty, HitRevenue
from visits.models.log_import import LogImport
from visits.models.quarantine import Quarantine, QuarantinedVisit
from visits.models.refusal import BotCount, Refusal, RefusalReason, RefusalSample
from visits.models.report import Report, ReportRun
from visits.models.salt import Salt
from visits.models.schedule import Delivery, Recipient, Schedule
from visits.models.segment import Segment
from visits.models.shared_link import SharedLink
from visits.models.siteday import SiteDay
from visits.models.upkeep_job import UpkeepJob
from visits.models.visit import OpenVisit, Visit

__all__ = [
    "Annotation",
    "Archive",
    "BotCount",
    "Campaign",
    "Channel",
    "Client",
    "Condition",
    "Delivery",
    "DimensionQuota",
    "DrainedSpool",
    "EventName",
    "Funnel",
    "FunnelStep",
    "Goal",
    "Hit",
    "HitKind",
    "HitProperty",
    "HitRevenue",
    "Language",
    "Location",
    "LogImport",
    "MessageId",
    "OpenVisit",
    "Operator",
    "Page",
    "Property",
    "Quarantine",
    "QuarantinedVisit",
    "Recipient",
    "Refusal",
    "RefusalReason",
    "RefusalSample",
    "Report",
    "ReportRun",
    "Salt",
    "Schedule",
    "Screen",
    "Segment",
    "SharedLink",
    "SiteDay",
    "Source",
    "UpkeepJob",
    "Visit",
    "WriterTurn",
]
