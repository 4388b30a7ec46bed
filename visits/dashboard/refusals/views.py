"""Why was my hit not counted? What was refused, why, and what can be done about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sites.access import get_site_or_404
from sites.models import Site
from visits.dashboard.refusals.words import RefusalWords, words_of
from visits.models import BotCount, Hit, Refusal, RefusalReason, RefusalSample
from visits.reports.date_words import day_in_year
from visits.reports.visible import visible

LAST_DAY = dt.timedelta(hours=24)
# Today and the days before it.
MONTH_DAYS = 30
SAMPLES_PER_PAGE = 25
BOTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Span:
    """What the page looks back on: `day_start` on the hour, 24 to 25 hours ago; 30 days of the site."""

    day_start: dt.datetime
    month_start: dt.date

    @classmethod
    def until(cls, now: dt.datetime, site: Site) -> Span:
        hour = now.replace(minute=0, second=0, microsecond=0)
        return cls(hour - LAST_DAY, site.day_of(now) - dt.timedelta(days=MONTH_DAYS - 1))

    def month_start_at(self, site: Site) -> dt.datetime:
        return dt.datetime.combine(self.month_start, dt.time(), site.zone)


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests of the last 24 hours and of the last 30 days."""

    day: int
    month: int


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """What was refused for a reason, and whether refused requests of the last 24 hours are kept."""

    reason: str
    label: str
    words: RefusalWords
    counts: Counts
    has_samples: bool


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A refused request in words; `at`, `time` and `day` are in the site's time zone.

    `page` is what its sender was told where the page could not be read.
    """

    at: dt.datetime
    time: str
    day: str
    page: str
    reason: str
    sender: str
    referrer: str


@dataclass(frozen=True, slots=True)
class BotRow:
    name: str
    count: int


class SampleForm(forms.Form):
    """Which samples are listed: those of a reason, and which page of them."""

    reason = forms.ChoiceField(choices=RefusalReason.choices, required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)

    def reason_chosen(self) -> str:
        return str(self.cleaned_data["reason"]) if self.is_valid() else ""

    def page_number(self) -> int:
        return self.cleaned_data["page"] or 1 if self.is_valid() else 1


@require_safe
def site_refusals(request: HttpRequest, site_id: int) -> HttpResponse:
    """Show what was counted and what was refused, and the latest refused requests themselves."""
    site = get_site_or_404(request.user, site_id)
    now = timezone.now()
    form = SampleForm(request.GET)
    reason = form.reason_chosen()
    samples = sample_page(site, now, reason, form.page_number())
    reasons = reason_rows(site, now)
    context = {
        "site": site,
        "problem": "" if form.is_valid() else _("There is no such reason or page."),
        "accepted": accepted_counts(site, now),
        "refused": total_counts(reasons),
        "reasons": reasons,
        "reason": reason,
        "reason_label": RefusalReason(reason).label if reason else "",
        "page": samples,
        "samples": [_sample_row(sample, site, now) for sample in samples],
        "bots": bot_rows(site, now) if site.counts_bots else [],
    }
    return render(request, "visits/refusals.html", context, status=200 if form.is_valid() else 400)


def accepted_counts(site: Site, now: dt.datetime) -> Counts:
    """Return how many hits were counted. A hit after midnight has the day on which its visit began."""
    span = Span.until(now, site)
    hits = Hit.objects.filter(site=site)
    # The visit of a hit may have begun on the day before.
    first_day = site.day_of(span.day_start) - dt.timedelta(days=1)
    return Counts(
        day=hits.filter(day__gte=first_day, at__gte=span.day_start).count(),
        month=hits.filter(day__gte=span.month_start).count(),
    )


def reason_rows(site: Site, now: dt.datetime) -> list[ReasonRow]:
    """Return the reasons of the last 30 days, the most frequent first."""
    span = Span.until(now, site)
    counts = (
        Refusal.objects.filter(site=site, hour_at__gte=span.month_start_at(site))
        .values("reason")
        .annotate(
            day=Sum("count", filter=Q(hour_at__gte=span.day_start), default=0), month=Sum("count")
        )
        .order_by("-month", "reason")
    )
    # What is read from a log, and what is found while hits are brought in from the spool, has none.
    sampled = set(latest_samples(site, now).order_by().values_list("reason", flat=True).distinct())
    return [
        ReasonRow(
            reason=row["reason"],
            label=str(RefusalReason(row["reason"]).label),
            words=words_of(row["reason"], site),
            counts=Counts(row["day"], row["month"]),
            has_samples=row["reason"] in sampled,
        )
        for row in counts
    ]


def total_counts(reasons: list[ReasonRow]) -> Counts:
    return Counts(
        day=sum(row.counts.day for row in reasons), month=sum(row.counts.month for row in reasons)
    )


def latest_samples(site: Site, now: dt.datetime) -> QuerySet[RefusalSample]:
    """Return the refused requests of the last 24 hours, newest first."""
    return RefusalSample.objects.filter(site=site, at__gt=now - LAST_DAY).order_by("-at", "-pk")


def sample_page(site: Site, now: dt.datetime, reason: str, number: int) -> Page[RefusalSample]:
    """Return a page of the refused requests of the last 24 hours, newest first; "" is every reason."""
    samples = latest_samples(site, now)
    if reason:
        samples = samples.filter(reason=reason)
    return Paginator(samples, SAMPLES_PER_PAGE).get_page(number)


def bot_rows(site: Site, now: dt.datetime) -> list[BotRow]:
    """Return the bots that came most often in the last 30 days."""
    counts = (
        BotCount.objects.filter(site=site, day__gte=Span.until(now, site).month_start)
        .values("name")
        .annotate(total=Sum("count"))
        .order_by("-total", "name")[:BOTS_SHOWN]
    )
    return [BotRow(visible(row["name"]), row["total"]) for row in counts]


def _sample_row(sample: RefusalSample, site: Site, now: dt.datetime) -> SampleRow:
    at = sample.at.astimezone(site.zone)
    hostname = "" if sample.hostname == site.domain else sample.hostname
    return SampleRow(
        at=at,
        time=f"{at:%H:%M:%S}",
        day=_("Today") if at.date() == site.day_of(now) else day_in_year(at.date()),
        page=visible(f"{hostname}{sample.path}" or sample.note) or _("No page"),
        reason=sample.get_reason_display(),
        sender=visible(" · ".join(filter(None, (sample.agent, sample.network)))),
        referrer=visible(sample.referrer),
    )
