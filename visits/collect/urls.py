"""The doors of collection, for hosts without the bare ASGI application (see asgi.py)."""

from django.urls import path

from visits.collect import views

urlpatterns = [
    path("t", views.collect_beacon, name="collect_beacon"),
    path("t.js", views.tracker_script, name="tracker_script"),
    path("t/<slug:key>.gif", views.collect_pixel, name="collect_pixel"),
    path("sites/<int:site_id>/visit", views.collect_visit, name="collect_visit"),
]
