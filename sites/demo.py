"""The demo site, which has made-up visitors: whose it is, and where everybody may look at it."""

from __future__ import annotations

from django.conf import settings

from sites.models import Site

EMAIL = "demo@example.com"
DOMAIN = "demo.example.com"


def find_demo_site() -> Site | None:
    """Return the demo site, None while there is none."""
    return Site.objects.filter(owner__email=EMAIL, owner__is_active=True, domain=DOMAIN).first()


def find_public_demo() -> Site | None:
    """Return the demo site where the installation shows it to everybody, None elsewhere."""
    return find_demo_site() if settings.PUBLIC_DEMO else None
