"""Reports as HTML."""

from django.urls import include, path

from visits.dashboard import live, styleguide, views
from visits.dashboard.details.address import DETAILS_ROUTE
from visits.dashboard.details.views import details_page
from visits.dashboard.filters.editor import filter_page
from visits.dashboard.refusals.views import site_refusals
from visits.dashboard.scope import own

urlpatterns = [
    path("", views.front, name="front"),
    path("reports/", include("visits.dashboard.saved.urls")),
    path("sites/", views.site_list, name="site_list"),
    path("sites/<int:site_id>/", own(views.report_page), name="site_report"),
    path("sites/<int:site_id>/live/", own(live.live_page), name="site_live"),
    path("sites/<int:site_id>/filter/", own(filter_page), name="site_filter"),
    path(
        f"sites/<int:site_id>/{DETAILS_ROUTE}",
        own(details_page),
        name="site_details",
    ),
    path("sites/<int:site_id>/annotations/", include("visits.dashboard.annotations.urls")),
    path("sites/<int:site_id>/first-hit/", views.site_first_hit, name="site_first_hit"),
    path("sites/<int:site_id>/refusals/", site_refusals, name="site_refusals"),
    path("sites/<int:site_id>/settings/", include("visits.dashboard.settings.urls")),
    path("", include("visits.dashboard.share.urls")),
    path("demo/", include("visits.dashboard.demo_urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
