"""Reports as HTML."""

from django.urls import path

from visits.dashboard import views

urlpatterns = [
    path("", views.front, name="front"),
    path("sites/<int:site_id>/first-hit/", views.site_first_hit, name="site_first_hit"),
]
