"""The notes of a site."""

from django.urls import path

from visits.dashboard import annotations

urlpatterns = [
    path("", annotations.site_annotations, name="site_annotations"),
    path("add/", annotations.site_annotation_add, name="site_annotation_add"),
    path("<int:annotation_id>/", annotations.site_annotation, name="site_annotation"),
    path(
        "<int:annotation_id>/delete/",
        annotations.site_annotation_delete,
        name="site_annotation_delete",
    ),
]
