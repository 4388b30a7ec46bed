"""The doors of collection, the screens of reports, files of both, and what mails lead to."""

from django.urls import include, path

urlpatterns = [
    path("", include("visits.collect.urls")),
    path("", include("visits.dashboard.urls")),
    path("", include("visits.digests.urls")),
    path("sites/<int:site_id>/export/", include("visits.exchange.urls")),
]
