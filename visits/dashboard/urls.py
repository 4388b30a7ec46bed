"""Reports as HTML."""

from django.urls import include, path

from visits.dashboard import details, filter_editor, live, refusals, styleguide, views
from visits.dashboard.scope import own

urlpatterns = [
    path("", views.front, name="front"),
    path("sites/", views.site_list, name="site_list"),
    path("sites/<int:site_id>/", own(views.report_page), name="site_report"),
    path("sites/<int:site_id>/live/", own(live.live_page), name="site_live"),
    path("sites/<int:site_id>/filter/", own(filter_editor.filter_page), name="site_filter"),
    path(
        "sites/<int:site_id>/details/<str:dimension>/",
        own(details.details_page),
        name="site_details",
    ),
    path("sites/<int:site_id>/annotations/", include("visits.dashboard.annotation_urls")),
    path("sites/<int:site_id>/first-hit/", views.site_first_hit, name="site_first_hit"),
    path("sites/<int:site_id>/refusals/", refusals.site_refusals, name="site_refusals"),
    path("sites/<int:site_id>/settings/", include("visits.dashboard.settings.urls")),
    path("", include("visits.dashboard.share.urls")),
    path("demo/", include("visits.dashboard.demo_urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
