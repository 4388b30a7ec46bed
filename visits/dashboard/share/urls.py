"""What the readers of a shared link see, and the pages where owners make such links."""

from django.urls import path, register_converter

from visits.dashboard import live
from visits.dashboard import views as report
from visits.dashboard.details.address import DETAILS_ROUTE
from visits.dashboard.details.views import details_page
from visits.dashboard.filters.editor import filter_page
from visits.dashboard.share import badge, settings, views
from visits.dashboard.share.gate import embedded, shared


class ThemeConverter:
    """The theme of a report in a frame; “auto” is the system's."""

    regex = "auto|light|dark"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ThemeConverter, "theme")

# The parts of a report, below its address; owners have the same ones below theirs. In a frame they have
# a path of their own, so that relative links stay in it.
PARTS = (
    ("", report.report_page, "report"),
    ("filter/", filter_page, "filter"),
    ("live/", live.live_page, "live"),
    (DETAILS_ROUTE, details_page, "details"),
)
LINK, FRAME = "share/<slug:slug>/", "share/<slug:slug>/embed/<theme:theme>/"
SETTINGS = "sites/<int:site_id>/settings/sharing/"

urlpatterns = [
    *(path(LINK + route, shared(part), name=f"shared_{name}") for route, part, name in PARTS),
    *(path(FRAME + route, embedded(part), name=f"embedded_{name}") for route, part, name in PARTS),
    path(f"{LINK}password/", views.shared_password, name="shared_password"),
    path(f"{LINK}badge.svg", badge.badge_svg, name="shared_badge_svg"),
    path(f"{LINK}badge.json", badge.badge_json, name="shared_badge_json"),
    path(SETTINGS, settings.site_sharing, name="site_sharing"),
    path(f"{SETTINGS}public/", settings.site_sharing_public, name="site_sharing_public"),
    path(f"{SETTINGS}add/", settings.site_link_add, name="site_link_add"),
    path(f"{SETTINGS}<int:link_id>/", settings.site_link, name="site_link"),
    path(f"{SETTINGS}<int:link_id>/revoke/", settings.site_link_revoke, name="site_link_revoke"),
]
