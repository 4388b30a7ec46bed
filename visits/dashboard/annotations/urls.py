"""The notes of a site."""

from django.urls import path

from visits.dashboard.annotations import views

urlpatterns = [
    path("", views.site_annotations, name="site_annotations"),
    path("add/", views.site_annotation_add, name="site_annotation_add"),
    path("<int:annotation_id>/", views.site_annotation, name="site_annotation"),
    path(
        "<int:annotation_id>/delete/",
        views.site_annotation_delete,
        name="site_annotation_delete",
    ),
]
