"""The site that an operator means on the command line; nobody asks whether they may see it."""

from __future__ import annotations

from django.db.models import Q

from sites.domain import InvalidDomain, normalise_domain
from sites.models import Site


class UnclearSite(LookupError):
    """No site or more than one is meant; the message is a sentence for the operator."""


def find_site(text: str) -> Site:
    """Return the site with this number, key or domain. Raises UnclearSite."""
    sites = list(Site.objects.filter(_condition(text)).order_by("pk"))
    if not sites:
        raise UnclearSite(
            f"There is no site {text}. Add it with: python manage.py addsite {text} --owner EMAIL"
        )
    if len(sites) > 1:
        numbers = " or ".join(str(site.pk) for site in sites)
        raise UnclearSite(f"{len(sites)} owners have the site {text}: name it by {numbers}.")
    return sites[0]


def _condition(text: str) -> Q:
    if text.isascii() and text.isdigit():
        return Q(pk=int(text[:18]))
    try:
        domain = normalise_domain(text)
    except InvalidDomain:
        return Q(key=text)
    return Q(domain=domain)
