"""Handing a site over to another owner, with all that it has collected."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from sites.models import Site


class TransferRefused(Exception):
    """A site cannot be handed over; the message is a sentence for whoever asked."""


def transfer_site(site: Site, owner: User) -> bool:
    """Let a site belong to another owner; return False when it does already. Raises TransferRefused.

    Its key, settings and numbers stay. The owner before sees it no more; shared links go on working.
    """
    problem = transfer_problem(site, owner)
    if problem:
        raise TransferRefused(problem)
    if site.owner_id == owner.pk:
        return False
    try:
        with transaction.atomic():
            # Whoever was faster decides: of two transfers at once the second finds another owner.
            changed = Site.objects.filter(pk=site.pk, owner=site.owner_id).update(owner=owner)
    except IntegrityError:
        changed = 0
    if not changed:
        raise TransferRefused(f"{site.domain} has changed meanwhile. Try again.")
    site.owner = owner
    return True


def transfer_problem(site: Site, owner: User) -> str:
    """Return the sentence that says why a site cannot be handed over, "" when it can."""
    if not owner.is_active:
        return f"{owner.email} is inactive."
    others = Site.objects.filter(owner=owner, domain=site.domain).exclude(pk=site.pk)
    if others.exists():
        return f"{owner.email} has a site {site.domain} already."
    return ""
