"""The links of a site: all of them, and one of them to add, change or revoke."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from sites.access import get_site_or_404
from sites.models import Site
from visits.dashboard.share.forms import SHOWN_AT_FIRST, EmbedForm, LinkForm
from visits.dashboard.share.links import badge_code, embed_code, link_row, link_rows
from visits.models import SharedLink
from visits.models.shared_link import LINKS_AT_MOST
from visits.reports.visible import visible


@require_safe
def site_sharing(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    public, links = link_rows(site, timezone.now())
    count = len(links) + (public is not None)
    context = {"site": site, "public": public, "links": links, "has_room": count < LINKS_AT_MOST}
    return render(request, "visits/share/sharing.html", context)


@require_POST
def site_sharing_public(request: HttpRequest, site_id: int) -> HttpResponse:
    """Make the report public; it stops being so when its link is revoked."""
    site = get_site_or_404(request.user, site_id)
    if make_public(site, cast(User, request.user)):
        messages.success(request, _("Everybody who has the address may see the report."))
    else:
        messages.error(
            request,
            _("A site has %(number)s links at most. Revoke one first.") % {"number": LINKS_AT_MOST},
        )
    return redirect("site_sharing", site.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def site_link_add(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_site_or_404(request.user, site_id)
    return _link_page(request, SharedLink(site=site, created_by=cast(User, request.user)))


@require_http_methods(["GET", "HEAD", "POST"])
def site_link(request: HttpRequest, site_id: int, link_id: int) -> HttpResponse:
    return _link_page(request, _find(request, site_id, link_id))


@require_http_methods(["GET", "HEAD", "POST"])
def site_link_revoke(request: HttpRequest, site_id: int, link_id: int) -> HttpResponse:
    """Ask whether a link shall go; its address never works again."""
    link = _find(request, site_id, link_id)
    if request.method == "POST":
        link.delete()
        messages.success(request, _("%(name)s is revoked.") % {"name": visible(link.name)})
        return redirect("site_sharing", link.site_id)
    context = {"site": link.site, "link": link, "name": visible(link.name)}
    return render(request, "visits/share/revoke.html", context)


def make_public(site: Site, author: User) -> bool:
    """Give a site its public report, if it has none; return False when there is no room for it."""
    with transaction.atomic():
        # Two clicks at once make one report.
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        links = SharedLink.objects.filter(site=site)
        names = {link.name: link.is_public for link in links}
        if True in names.values():
            return True
        if len(names) >= LINKS_AT_MOST:
            return False
        link = SharedLink(site=site, created_by=author, is_public=True)
        link.name, link.panels = _free_name(set(names)), list(SHOWN_AT_FIRST)
        link.save()
    return True


def _free_name(taken: set[str]) -> str:
    name, number = _("Public report"), 1
    while (found := name if number == 1 else f"{name} {number}") in taken:
        number += 1
    return found


def _find(request: HttpRequest, site_id: int, link_id: int) -> SharedLink:
    site = get_site_or_404(request.user, site_id)
    links = SharedLink.objects.select_related("site", "segment")
    return get_object_or_404(links, site=site, pk=link_id)


def _link_page(request: HttpRequest, link: SharedLink) -> HttpResponse:
    site, is_new = link.site, link._state.adding
    # The form writes into its instance also when it is wrong; the page shows the stored link.
    stored = None if is_new else link_row(link, timezone.now())
    codes = {} if is_new else _codes(request, link)
    form = LinkForm(request.POST or None, instance=link)
    if request.method == "POST" and form.try_save():
        messages.success(request, _("%(name)s is saved.") % {"name": visible(link.name)})
        return redirect("site_link", site.pk, link.pk)
    context = {"site": site, "link": stored, "form": form, **codes}
    return render(request, "visits/share/link.html", context)


def _codes(request: HttpRequest, link: SharedLink) -> dict[str, object]:
    """Return the codes to copy for what the link has."""
    codes: dict[str, object] = {}
    if link.origins:
        form = EmbedForm(request.GET or None)
        codes |= {"embed_form": form, "embed_code": embed_code(link, form)}
    if link.has_badge:
        codes |= {"badge_code": badge_code(link), "slug": link.slug}
    return codes
