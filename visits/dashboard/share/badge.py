"""The visitors of a site as a small picture, and as JSON, where the owner shows them to everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import conditional_page, require_safe

from accounts.language import for_programs
from visits.dashboard.share.gate import find_link, limit_of
from visits.models import SharedLink
from visits.reports.metrics import number
from visits.reports.period import Period, PeriodName
from visits.reports.query import ReportQuery
from visits.reports.totals import totals
from visits.templatetags.stats import compact, exact

PERIODS = (PeriodName.LAST_7_DAYS, PeriodName.LAST_28_DAYS, PeriodName.MONTH)
DEFAULT_PERIOD = PeriodName.LAST_28_DAYS
THEMES = ("light", "dark")
CACHE_SECONDS = 10 * 60
# Of a 11 px sans-serif font; the picture says how wide each text is, and fonts follow.
CHARACTER_WIDTH, PADDING = 6.4, 8


class BadgeForm(forms.Form):
    """What a badge counts, and on which ground it stands."""

    period = forms.ChoiceField(choices=[(name, name) for name in PERIODS], required=False)
    theme = forms.ChoiceField(choices=[(theme, theme) for theme in THEMES], required=False)

    def clean_period(self) -> PeriodName:
        return PeriodName(self.cleaned_data["period"] or DEFAULT_PERIOD)


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a badge; `x` is where it begins, in pixels."""

    text: str
    x: int
    width: int

    @property
    def box_width(self) -> int:
        return self.width + 2 * PADDING

    @classmethod
    def after(cls, before: int, text: str) -> Part:
        return cls(text, before + PADDING, round(len(text) * CHARACTER_WIDTH))


@dataclass(frozen=True, slots=True)
class Badge:
    """What templates/visits/share/badge.svg shows."""

    label: Part
    value: Part
    title: str
    theme: str

    @property
    def width(self) -> int:
        return self.label.box_width + self.value.box_width


@login_not_required
@require_safe
@conditional_page
def badge_svg(request: HttpRequest, slug: str) -> HttpResponse:
    link = find_badge(slug)
    form = BadgeForm(request.GET)
    if not form.is_valid():
        return HttpResponse(_problem(), status=400, content_type="text/plain")
    period = form.cleaned_data["period"]
    badge = badge_of(visitors(link, period, timezone.now()), period, form.cleaned_data["theme"])
    picture = render_to_string("visits/share/badge.svg", {"badge": badge})
    return _kept_for_a_while(HttpResponse(picture, content_type="image/svg+xml"))


@for_programs
@login_not_required
@require_safe
@conditional_page
def badge_json(request: HttpRequest, slug: str) -> HttpResponse:
    link = find_badge(slug)
    form = BadgeForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": {"period": [_problem()]}}, status=400)
    period = form.cleaned_data["period"]
    count = visitors(link, period, timezone.now())
    response = JsonResponse({"visitors": count, "period": period.value, "label": compact(count)})
    # Any page may show it; no cookie goes with the question.
    response["Access-Control-Allow-Origin"] = "*"
    return _kept_for_a_while(response)


def find_badge(slug: str) -> SharedLink:
    """Return an open link that has a badge. Raises Http404."""
    link = find_link(slug, timezone.now())
    if not link.has_badge or link.has_password:
        raise Http404
    return link


def visitors(link: SharedLink, name: PeriodName, now: dt.datetime) -> int:
    """Return the visitors of the period, of those that the link shows."""
    limit = limit_of(link)
    period = Period.named(name, now, link.site.zone)
    query = ReportQuery((link.site,), period, filters=limit, limit=limit)
    [count] = totals(query, ("visitors",)).column("visitors")
    return int(number(count))


def badge_of(count: int, period: PeriodName, theme: str) -> Badge:
    label = Part.after(0, _("visitors"))
    sentence = ngettext("%(number)s visitor, %(period)s", "%(number)s visitors, %(period)s", count)
    return Badge(
        label=label,
        value=Part.after(label.box_width, compact(count)),
        title=sentence % {"number": exact(count), "period": period.label_within},
        theme=theme or THEMES[0],
    )


def _problem() -> str:
    return _("Choose a period of %(periods)s, and a theme of %(themes)s.") % {
        "periods": ", ".join(PERIODS),
        "themes": ", ".join(THEMES),
    }


def _kept_for_a_while(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response
