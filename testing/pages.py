"""Every page of the product, by the names of its routes, and who opens it; of the admin those that are ours.

The lists below are compared with the routes themselves: a new route has to be put into one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
ADMIN = "admin"
# What Django itself has in the admin: of the site, and of each model.
STOCK_PAGES = {
    "app_list",
    "autocomplete",
    "jsi18n",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "view_on_site",
}
# The last two have no names: an old address of a row, and what answers 404 to everything else.
STOCK_ENDINGS = (
    "_add",
    "_change",
    "_changelist",
    "_delete",
    "_history",
    "/<path:object_id>/",
    "(?P<url>.*)$",
)

# What everybody may open.
OF_ANYBODY = {
    "front",
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mail_unsubscribe",
    "demo_report",
    "demo_filter",
    "demo_live",
    "demo_details",
    "shared_report",
    "shared_filter",
    "shared_live",
    "shared_details",
    "embedded_report",
    "embedded_filter",
    "embedded_live",
    "embedded_details",
}
# What the owner of a site opens.
OF_OWNERS = {
    "site_list",
    "shared_report_list",
    "shared_report_page",
    "site_add",
    "site_report",
    "site_live",
    "site_filter",
    "site_details",
    "site_annotations",
    "site_annotation_add",
    "site_annotation",
    "site_annotation_delete",
    "site_install",
    "site_first_hit",
    "site_refusals",
    "site_settings",
    "site_delete",
    "site_goals",
    "site_goal_add",
    "site_goal",
    "site_goal_delete",
    "site_funnels",
    "site_funnel_add",
    "site_funnel",
    "site_funnel_delete",
    "site_segments",
    "site_segment",
    "site_segment_filter",
    "site_segment_delete",
    "site_exclusions",
    "site_sharing",
    "site_link_add",
    "site_link",
    "site_link_revoke",
    "site_data",
    "site_reset",
    "profile",
    "account_delete",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
}
OF_STAFF = {"styleguide"}
# Of the admin, what is not Django's own.
OF_ADMIN = {
    "admin:checks",
    "admin:index",
    "admin:visits_page_merge",
    "admin:visits_quarantine_purge",
    "admin:visits_report_view",
}
# What shows no page when it is opened: doors of programs, files, parts of pages, and what only takes
# a form or leads on.
NO_PAGES = {
    "api_root",
    "api_site",
    "api_site_breakdown",
    "api_site_list",
    "api_site_timeseries",
    "api_site_totals",
    "api_unknown",
    "collect_beacon",
    "collect_pixel",
    "collect_visit",
    "tracker_script",
    "healthz",
    "readyz",
    "favicon",
    "shared_badge_json",
    "shared_badge_svg",
    "shared_report_file",
    "site_export_all",
    "site_export_breakdown",
    "site_export_flow",
    "site_export_funnel",
    "site_export_hits",
    "site_export_timeseries",
    "site_export_totals",
    "site_segment_add",
    "shared_password",
    "site_counting",
    "site_exclusion_remove",
    "site_sharing_public",
    "account_confirm_login_code",
    "account_set_password",
    "impersonation_end",
}


# The same of the admin.
NO_PAGES_OF_ADMIN = {
    "admin:accounts_user_impersonate",
    "admin:visits_quarantine_undo",
    "admin:visits_report_duplicate",
    "admin:visits_report_file",
    "admin:visits_report_preview",
    "admin:visits_schedule_send",
}


@dataclass(frozen=True, slots=True)
class Route:
    """A name, and the names of what its address is made of."""

    name: str
    arguments: tuple[str, ...]

    def address(self, values: Mapping[str, object]) -> str:
        return reverse(self.name, kwargs={name: values[name] for name in self.arguments})


def routes() -> dict[str, Route]:
    """Return every route of the installation but the admin's, by its name."""
    return {route.name: route for route in _routes(get_resolver(), "")}


def admin_routes() -> dict[str, Route]:
    """Return the routes of the admin that are not Django's own, by their names ("admin:index")."""
    return {route.name: route for route in _admin_routes() if not _is_stock(route)}


def addresses(names: set[str], values: Mapping[str, object]) -> dict[str, str]:
    """Return an address of each of these routes, in the order of their names."""
    known = routes() | admin_routes()
    return {name: known[name].address(values) for name in sorted(names)}


def _routes(resolver: URLResolver, before: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(pattern.name or whole, tuple(ARGUMENT.findall(whole)))
        elif pattern.app_name != ADMIN:
            yield from _routes(pattern, whole)


def _admin_routes() -> Iterator[Route]:
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name == ADMIN:
            for route in _routes(pattern, ""):
                yield Route(f"{ADMIN}:{route.name}", route.arguments)


def _is_stock(route: Route) -> bool:
    name = route.name.removeprefix(f"{ADMIN}:")
    return name in STOCK_PAGES or name.endswith(STOCK_ENDINGS)
