"""The doors of collection, the screens of reports, and files of both."""

from django.urls import include, path

urlpatterns = [
    path("", include("visits.collect.urls")),
    path("", include("visits.dashboard.urls")),
    path("sites/<int:site_id>/export/", include("visits.exchange.urls")),
]
