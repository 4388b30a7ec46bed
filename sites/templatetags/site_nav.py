"""The navigation of a site's pages, wherever a template stands."""

from __future__ import annotations

from typing import Any

from django import template

from sites.models import Site
from sites.site_nav import current_label, nav_groups

register = template.Library()


@register.inclusion_tag("sites/_site_nav.html")
def site_nav(site: Site, route: str) -> dict[str, Any]:
    """Show the links of a site's pages; `route` is the name of the one that is shown."""
    groups = nav_groups(site, route)
    return {"groups": groups, "current": current_label(groups)}
