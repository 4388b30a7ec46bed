"""Who may see which site: the only way from a person to a site."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.models import User
from sites.models import Site, SiteQuerySet


def visible_sites(user: User | AnonymousUser) -> SiteQuerySet:
    """Return the sites that `user` may see: the own ones."""
    if not user.is_authenticated:
        return Site.objects.none()
    return Site.objects.filter(owner=user)


def get_site_or_404(user: User | AnonymousUser, site_id: int) -> Site:
    """Return a visible site. Raises Http404 for a stranger, who must not learn that it exists."""
    site = visible_sites(user).filter(pk=site_id).first()
    if site is None:
        raise Http404
    return site
