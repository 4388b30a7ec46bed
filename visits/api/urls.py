"""The REST API, version 1. Without its last slash a path is redirected, as everywhere."""

from django.urls import path, re_path

from visits.api import views

urlpatterns = [
    path("", views.root, name="api_root"),
    path("sites/", views.site_list, name="api_site_list"),
    path("sites/<int:site_id>/", views.site, name="api_site"),
    path("sites/<int:site_id>/totals/", views.totals, name="api_site_totals"),
    path("sites/<int:site_id>/timeseries/", views.timeseries, name="api_site_timeseries"),
    path(
        "sites/<int:site_id>/breakdown/<path:dimension>/",
        views.breakdown,
        name="api_site_breakdown",
    ),
    re_path(r"^.*/$", views.unknown, name="api_unknown"),
]
