"""Shared links as their owner sees them: what each shows, and the codes to copy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sites.models import Site
from visits.dashboard.share.forms import SHOWN, EmbedForm
from visits.models import SharedLink
from visits.reports.visible import visible

# All of a report that is 1120 pixels wide; where it is narrower, the end of one of its panels.
DEFAULT_HEIGHT = 1750
FULL_WIDTH = "100%"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What templates/visits/share/_link.html shows. `notes` are what restricts or extends the link."""

    element_id: str
    name: str
    url: str
    shows: str
    notes: tuple[str, ...]
    has_expired: bool
    edit_url: str
    revoke_url: str


def link_rows(site: Site, now: dt.datetime) -> tuple[LinkRow | None, list[LinkRow]]:
    """Return the public report, if there is one, and the other links; one statement."""
    links = SharedLink.objects.filter(site=site).select_related("site", "segment")
    rows = [(link.is_public, link_row(link, now)) for link in links]
    public = next((row for is_public, row in rows if is_public), None)
    return public, [row for is_public, row in rows if not is_public]


def link_row(link: SharedLink, now: dt.datetime) -> LinkRow:
    return LinkRow(
        element_id=f"link-{link.pk}",
        name=visible(link.name),
        url=address_of(link),
        shows=", ".join(str(title) for name, title in SHOWN.items() if name in link.panels)
        or _("Numbers and chart only"),
        notes=tuple(_notes(link, now)),
        has_expired=link.has_expired(now),
        edit_url=reverse("site_link", args=[link.site_id, link.pk]),
        revoke_url=reverse("site_link_revoke", args=[link.site_id, link.pk]),
    )


def _notes(link: SharedLink, now: dt.datetime) -> list[str]:
    notes = []
    if link.segment:
        notes.append(_("Segment %(name)s") % {"name": visible(link.segment.name)})
    if link.has_password:
        notes.append(_("Password"))
    if link.expires_at and not link.has_expired(now):
        last_day = link.site.day_of(link.expires_at - dt.timedelta(microseconds=1))
        notes.append(_("Until %(day)s") % {"day": date_format(last_day)})
    if count := len(link.origins):
        notes.append(
            ngettext(
                "May be embedded by %(number)s site", "May be embedded by %(number)s sites", count
            )
            % {"number": count}
        )
    if link.has_badge:
        notes.append(_("Badge"))
    return notes


def address_of(link: SharedLink) -> str:
    return settings.SITE_URL + reverse("shared_report", args=[link.slug])


def embed_code(link: SharedLink, form: EmbedForm) -> str:
    """Return the markup that shows a report in a frame; the defaults for what was not chosen well."""
    chosen = form.cleaned_data if form.is_valid() else {}
    address = reverse("embedded_report", args=[link.slug, chosen.get("theme") or "auto"])
    context = {
        "url": settings.SITE_URL + address,
        "title": _("Visitors of %(site)s") % {"site": link.site.name},
        "width": str(chosen.get("width") or FULL_WIDTH),
        "height": str(chosen.get("height") or DEFAULT_HEIGHT),
    }
    return render_to_string("visits/share/embed.txt", context).strip()


def badge_code(link: SharedLink) -> str:
    """Return the markup of a badge that goes with the reader's theme."""
    address = reverse("shared_badge_svg", args=[link.slug])
    context = {
        "url": settings.SITE_URL + address,
        "report_url": address_of(link),
        "label": _("Visitors of %(site)s") % {"site": link.site.name},
    }
    return render_to_string("visits/share/badge.txt", context).strip()
