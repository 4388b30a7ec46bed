"""What the install page waits for: the first hit of a site, or why there is none yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min
from django.utils.formats import time_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sites.country import country_names
from sites.models import Site
from visits.dashboard.refusals.words import RefusalWords, words_of
from visits.models import Hit, Refusal, RefusalReason, RefusalSample
from visits.reports.visible import visible

# Seconds after which “4 seconds ago” becomes “2 minutes ago”.
MINUTE_SECONDS = 60
# A refusal older than this says nothing about the snippet that was just pasted.
REFUSAL_AGE = dt.timedelta(hours=1)


# Not what was pasted is wrong, but who looked at it.
BY_PROGRAMS = (RefusalReason.BOT, RefusalReason.HEADLESS)


@dataclass(frozen=True, slots=True)
class FirstHit:
    """A hit in words; `place` is empty when it is not known."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RecentRefusal:
    """The newest reason for which hits were refused; `next_step` is what to do to see one arrive.

    `since` is a time in the site's time zone: of the first request that is kept as an example, or the
    hour from which on they are counted.
    """

    reason: str
    words: RefusalWords
    count: int
    since: str
    next_step: str


def first_hit(site: Site, now: dt.datetime) -> FirstHit | None:
    """Return the newest hit of a site in words, None while there is none."""
    newest_day = Hit.objects.filter(site=site).order_by("-day").values("day")[:1]
    hit = (
        Hit.objects.filter(site=site, day__in=newest_day)
        .select_related("page", "event_name", "client", "visit__location")
        .order_by("-at", "-pk")
        .first()
    )
    if hit is None:
        return None
    place = hit.visit.location
    known = {
        "place": place.city or place.region or country_names().get(place.country, ""),
        "event": visible(hit.event_name.name) if hit.event_name else "",
        "browser": hit.client.browser,
    }
    words = known | {"path": visible(hit.page.path), "ago": _ago(now - hit.at)}
    return FirstHit(known["place"], _sentence(words) % words)


def recent_refusal(site: Site, now: dt.datetime) -> RecentRefusal | None:
    """Return the newest refusal of the current or the last hour."""
    refusal = (
        Refusal.objects.filter(site=site, hour_at__gte=now - 2 * REFUSAL_AGE)
        .order_by("-hour_at", "-pk")
        .first()
    )
    if refusal is None:
        return None
    since = time_format(_since(refusal).astimezone(site.zone), "H:i")
    words = words_of(refusal.reason, site)
    reason = refusal.get_reason_display()
    return RecentRefusal(reason, words, refusal.count, since, _next_step(refusal.reason, words))


def _since(refusal: Refusal) -> dt.datetime:
    """Return when the first was refused: examples are the first of an hour, and not always kept."""
    samples = RefusalSample.objects.filter(site=refusal.site_id, reason=refusal.reason)
    within = samples.filter(at__gte=refusal.hour_at, at__lt=refusal.hour_at + REFUSAL_AGE)
    first: dt.datetime | None = within.aggregate(first=Min("at"))["first"]
    return first or refusal.hour_at


def _next_step(reason: str, words: RefusalWords) -> str:
    if reason in BY_PROGRAMS:
        return _("Open a page of your site in a browser of your own.")
    if words.advice:
        return _("Then open a page of your site again. This panel goes on looking.")
    return _("Open a page of your site as a visitor would. This panel goes on looking.")


def _sentence(words: dict[str, str]) -> str:
    """Return the sentence that says what is known; pieces of one could not be translated."""
    match bool(words["event"]), bool(words["place"]), bool(words["browser"]):
        case False, True, True:
            return _("A visitor from %(place)s read %(path)s with %(browser)s, %(ago)s.")
        case False, True, False:
            return _("A visitor from %(place)s read %(path)s, %(ago)s.")
        case False, False, True:
            return _("A visitor read %(path)s with %(browser)s, %(ago)s.")
        case False, False, False:
            return _("A visitor read %(path)s, %(ago)s.")
        case True, True, True:
            return _(
                "A visitor from %(place)s sent %(event)s on %(path)s with %(browser)s, %(ago)s."
            )
        case True, True, False:
            return _("A visitor from %(place)s sent %(event)s on %(path)s, %(ago)s.")
        case True, False, True:
            return _("A visitor sent %(event)s on %(path)s with %(browser)s, %(ago)s.")
        case _event_alone:
            return _("A visitor sent %(event)s on %(path)s, %(ago)s.")


def _ago(age: dt.timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    if seconds < 1:
        return _("just now")
    if seconds < MINUTE_SECONDS:
        sentence = ngettext("%(number)s second ago", "%(number)s seconds ago", seconds)
        return sentence % {"number": seconds}
    time = timesince(dt.datetime.min, dt.datetime.min + age, depth=1).replace("\xa0", " ")
    return _("%(time)s ago") % {"time": time}
