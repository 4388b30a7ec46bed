"""When a report is mailed and to whom, and each mail that there has to be."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.disclosure import is_disclosed, masked
from sites.domain import InvalidDomain, normalise_hostname
from sites.models import NAME_MAX_LENGTH, validate_one_line, validate_time_zone
from visits.models.condition import validate_storable
from visits.models.report import Report

PROBLEM_MAX_LENGTH = 300
# What mail servers take: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3
EMAIL_MAX_LENGTH = 254


class Schedule(models.Model):
    """A report that is mailed at a time of day, on all days, one day of the week or one of the month."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Once a week"
        MONTHLY = "monthly", "Once a month"

    class Weekday(models.IntegerChoices):
        """As `date.weekday()` numbers them."""

        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="schedules")
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday, default=Weekday.MONDAY, help_text="Of a report that is sent once a week."
    )
    day_of_month = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="Of a report that is sent once a month. A shorter month has it on its last day.",
    )
    time = models.TimeField("time of day", default=dt.time(8))
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Empty for that of the report's sites; where they have several, it is UTC.",
    )
    has_csv = models.BooleanField("attach CSV", default=False)
    has_xlsx = models.BooleanField("attach XLSX", default=True)
    is_active = models.BooleanField("active", default=True)
    # Slots before it are nobody's: a schedule that is new or moved sends nothing for the past, and one that
    # had a slot has the next at a distance.
    runs_from = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("report__name", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(weekday__lte=6), name="schedule_weekday_is_one"),
            models.CheckConstraint(
                condition=Q(day_of_month__gte=1, day_of_month__lte=31),
                name="schedule_day_of_month_is_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report}, {self.when()}"

    def when(self) -> str:
        """Return the rhythm in words: “on Mondays at 08:00”."""
        match self.rhythm:
            case self.Rhythm.WEEKLY:
                days = f"on {self.Weekday(self.weekday).label}s"
            case self.Rhythm.MONTHLY:
                days = f"on day {self.day_of_month} of the month"
            case _:
                days = "every day"
        return f"{days} at {self.time:%H:%M}"


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def subscribed(self) -> RecipientQuerySet:
        return self.filter(unsubscribed_at=None)


class Recipient(models.Model):
    """Somebody who gets the mails of a schedule; they need no account."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="recipients")
    name = models.CharField(
        max_length=NAME_MAX_LENGTH, blank=True, validators=[validate_one_line, validate_storable]
    )
    email = models.EmailField("e-mail address", max_length=EMAIL_MAX_LENGTH)
    # They get the mails of slots behind it: who is new gets no mail of the past.
    subscribed_at = models.DateTimeField(default=timezone.now, editable=False)
    unsubscribed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(
                fields=("schedule", "email"),
                name="recipient_once_in_a_schedule",
                violation_error_message="This address is in the list already.",
            ),
        )

    def __str__(self) -> str:
        if not is_disclosed():
            return masked(self.email)
        return f"{self.name} <{self.email}>" if self.name else self.email

    def clean(self) -> None:
        try:
            self.email = mailable_address(self.email)
        except ValidationError as error:
            raise ValidationError({"email": error}) from error


def mailable_address(email: str) -> str:
    """Return an address as every mail server takes it: lower case, its domain in punycode.

    Raises ValidationError, with a sentence for staff, for one that there is no such spelling of.
    """
    name, at, domain = email.lower().rpartition("@")
    if not name.isascii():
        raise ValidationError("Before the @, an address may have plain letters and digits only.")
    if not domain.isascii():
        try:
            domain = normalise_hostname(domain)
        except InvalidDomain as error:
            raise ValidationError(str(error)) from error
    if len(address := name + at + domain) > EMAIL_MAX_LENGTH:
        raise ValidationError("The address is too long.")
    return address


def make_message_id() -> str:
    """Return a new Message-ID: a mail keeps it however often it is tried."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{host}>"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: dt.datetime) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.QUEUED, due_at__lte=now)

    def failed(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.FAILED)


class Delivery(models.Model):
    """The mail of one slot of a schedule to one recipient."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Not wanted any more"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="deliveries")
    # What the report calls now.
    slot_at = models.DateTimeField("slot")
    # Staff sent it now: it needs no slot, and no schedule that is active.
    is_asked_for = models.BooleanField(db_default=False, default=False, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    # Who began the latest attempt is told by its number from who began an earlier one.
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=PROBLEM_MAX_LENGTH, blank=True)
    message_id = models.CharField(max_length=300, default=make_message_id, editable=False)
    queued_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    # From then on nobody but the mail server knows whether it was sent.
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-slot_at", "-pk")
        verbose_name_plural = "deliveries"
        constraints = (
            # What makes a mail one: whoever finds a slot due, and however often.
            models.UniqueConstraint(
                fields=("schedule", "recipient", "slot_at"), name="delivery_once_for_a_slot"
            ),
        )
        indexes: ClassVar[list[models.Index]] = [
            # What is due, and what stopped halfway.
            models.Index(
                fields=("state", "due_at"),
                condition=Q(state__in=("queued", "sending")),
                name="delivery_open",
            ),
            # The admin's list, by state too.
            models.Index(fields=("-slot_at", "-id"), name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule.report} of {self.slot_at:%Y-%m-%d %H:%M}"
