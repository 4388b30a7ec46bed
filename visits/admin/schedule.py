"""Schedules and their deliveries in the admin: when which report goes to whom, and what did not arrive."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.admin_questions import BoundedQuestions
from accounts.disclosure import may_see_addresses
from sites.time_zones import TimeZoneField, time_zone_choices
from visits.admin import columns
from visits.admin.read_only import ReadOnlyAdmin
from visits.admin.recipient_set import RecipientSet
from visits.admin.report_pages import AddressForm
from visits.digests.jobs import retry_failed, send_now
from visits.digests.planning import next_slot_of
from visits.models import Delivery, Recipient, Schedule
from visits.models.schedule import mailable_address

# What moves slots: those before the change are nobody's then.
TIMING = frozenset(("rhythm", "weekday", "day_of_month", "time", "time_zone", "is_active"))
OF_THE_SITES = ("", "That of the report's sites; UTC where they have several")


class ScheduleForm(forms.ModelForm):
    time_zone = TimeZoneField(required=False)

    class Meta:
        model = Schedule
        fields = (
            "report", "is_active", "rhythm", "weekday", "day_of_month", "time", "time_zone", "has_csv",
            "has_xlsx",
        )  # fmt: skip
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "time": forms.TimeInput(format="%H:%M", attrs={"class": "vTimeField"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A field of who may only look is not in the form.
        if "time_zone" in self.fields:
            zones: Any = self.fields["time_zone"]
            zones.choices = [OF_THE_SITES, *time_zone_choices(self.instance.time_zone)]


class RecipientForm(forms.ModelForm):
    class Meta:
        model = Recipient
        fields = ("name", "email")

    def clean_email(self) -> str:
        """Return the address as it is stored. Django leaves constraints out that name the schedule."""
        email = mailable_address(str(self.cleaned_data["email"]))
        others = Recipient.objects.filter(schedule=self.instance.schedule_id, email=email)
        if "email" in self.changed_data and others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This address is in the list already.")
        return email


class RecipientInline(admin.TabularInline):
    """Those who get the mails; who has unsubscribed stays in the list, so that nobody adds them again."""

    model = Recipient
    form = RecipientForm
    formset = RecipientSet
    fields = ("name", "email", "unsubscribed_at")
    readonly_fields = ("unsubscribed_at",)
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and may_see_addresses(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_see_addresses(request.user)


@admin.register(Schedule)
class ScheduleAdmin(BoundedQuestions):
    form = ScheduleForm
    change_form_template = "admin/visits/schedule/change_form.html"
    inlines = (RecipientInline,)
    list_display = ("report", "when", "zone", "recipients_shown", "last_sent", "is_active")
    list_select_related = ("report",)
    list_filter = ("is_active", "rhythm")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("report__name",)
    search_help_text = "Name of the report."
    ordering = ("report__name", "pk")
    autocomplete_fields = ("report",)
    readonly_fields = ("next_slot",)
    actions = ("send_now",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("report", "is_active", "next_slot")}),
        ("When", {"fields": ("rhythm", "weekday", "day_of_month", "time", "time_zone")}),
        ("Attached", {"fields": ("has_csv", "has_xlsx")}),
    )

    def get_urls(self) -> list[URLPattern]:
        send = self.admin_site.admin_view(self.send)
        return [
            path("<int:schedule_id>/send/", send, name="visits_schedule_send"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        schedules: QuerySet[Schedule] = super().get_queryset(request)
        sent = Delivery.objects.filter(schedule=OuterRef("pk"), state=Delivery.State.SENT)
        return schedules.annotate(
            subscribers=Count("recipients", filter=Q(recipients__unsubscribed_at=None)),
            last_sent_at=Subquery(sent.order_by("-slot_at").values("sent_at")[:1]),
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill a new schedule's report in, when the address names one that there is."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {**initial, "report": AddressForm(request.GET).named()}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Schedules", **(extra_context or {})})

    @admin.display(description="time zone", ordering="time_zone")
    def zone(self, schedule: Schedule) -> str:
        return schedule.time_zone or "of the sites"

    @admin.display(description="recipients", ordering="subscribers")
    def recipients_shown(self, schedule: Any) -> int:
        return int(schedule.subscribers)

    @admin.display(description="last sent (UTC)", ordering="last_sent_at")
    def last_sent(self, schedule: Any) -> str:
        return f"{schedule.last_sent_at:%Y-%m-%d %H:%M}" if schedule.last_sent_at else "never"

    @admin.display(description="next time")
    def next_slot(self, schedule: Schedule) -> str:
        if schedule.pk is None or not schedule.is_active:
            return "–"
        return f"{next_slot_of(schedule, timezone.now()):%A, %Y-%m-%d %H:%M %Z}"

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]  # staff are signed in
        elif TIMING & set(form.changed_data):
            obj.runs_from = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(permissions=["change"], description="Send now to all recipients")
    def send_now(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        _send_now(request, list(queryset))

    @method_decorator(require_POST)
    def send(self, request: HttpRequest, schedule_id: int) -> HttpResponse:
        """Send the schedule now: the button above its form."""
        schedule = get_object_or_404(Schedule, pk=schedule_id)
        if not self.has_change_permission(request, schedule):
            raise PermissionDenied
        _send_now(request, [schedule])
        return redirect("admin:visits_schedule_change", schedule.pk)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Every mail: what is queued, what was sent, and what failed with a way to try again."""

    list_display = (
        "slot_shown", "report", "state_shown", "problem_shown", "recipient", "attempts",
        "sent_at_shown",
    )  # fmt: skip
    list_filter = ("state",)
    list_prefetch_related = ("schedule__report", "recipient")
    actions = ("retry",)  # type: ignore[assignment]  # other facts have none
    fields = (
        "schedule", "recipient", "slot_shown", "state", "attempts", "problem", "due_at", "claimed_at",
        "handed_over_at", "sent_at", "message_id",
    )  # fmt: skip

    slot_shown = columns.instant("slot_at", "slot")
    problem_shown = columns.text("problem", "problem")

    @admin.display(description="report")
    def report(self, delivery: Delivery) -> str:
        return delivery.schedule.report.name

    @admin.display(description="sent (UTC)")
    def sent_at_shown(self, delivery: Delivery) -> str:
        return f"{delivery.sent_at:%Y-%m-%d %H:%M:%S}" if delivery.sent_at else "–"

    @admin.display(description="state")
    def state_shown(self, delivery: Delivery) -> str:
        return Delivery.State(delivery.state).label

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("visits.change_delivery"))

    @admin.action(permissions=["retry"], description="Retry what failed")
    def retry(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Queue failed mails again; one that may have arrived is sent under the id that it had."""
        retried = retry_failed(queryset)
        _log(request, retried, "Retried.")
        _say(request, len(retried), "mail is queued again", "mails are queued again")


def _send_now(request: HttpRequest, schedules: list[Schedule]) -> None:
    count = sum(send_now(schedule) for schedule in schedules)
    _log(request, schedules, "Sent now.")
    _say(request, count, "mail is queued", "mails are queued")


def _log(request: HttpRequest, rows: list[Any], sentence: str) -> None:
    staff: Any = request.user
    LogEntry.objects.log_actions(staff.pk, rows, CHANGE, sentence)


def _say(request: HttpRequest, count: int, one: str, many: str) -> None:
    sentence = f"{count} {one if count == 1 else many}."
    messages.add_message(request, messages.SUCCESS if count else messages.WARNING, sentence)
