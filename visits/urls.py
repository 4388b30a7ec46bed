"""The doors of collection and the screens of reports."""

from django.urls import include, path

urlpatterns = [
    path("", include("visits.collect.urls")),
    path("", include("visits.dashboard.urls")),
]
