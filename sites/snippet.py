"""What an owner pastes into pages: the tracker's tag, and a picture for browsers without scripts."""

from __future__ import annotations

from django.conf import settings
from django.utils.html import format_html

from sites.models import Site


def script_tag(site: Site) -> str:
    """Return the tag that loads the tracker for a site."""
    return format_html(
        '<script defer src="{}/t.js" data-site="{}"></script>', settings.SITE_URL, site.key
    )


def noscript_tag(site: Site) -> str:
    """Return the tag that counts a page where scripts do not run.

    The referrer policy makes the browser send the page's whole address; by default another origin
    learns only the host.
    """
    return format_html(
        '<noscript><img src="{}/t/{}.gif" alt="" width="1" height="1"'
        ' referrerpolicy="no-referrer-when-downgrade"></noscript>',
        settings.SITE_URL,
        site.key,
    )
