"""A site's own pages; the list of sites and the reports are in visits.dashboard."""

from django.urls import path

from sites import views

urlpatterns = [
    path("add/", views.site_add, name="site_add"),
    path("<int:site_id>/install/", views.site_install, name="site_install"),
    path("<int:site_id>/settings/", views.site_settings, name="site_settings"),
    path("<int:site_id>/settings/counting/", views.site_counting, name="site_counting"),
    path("<int:site_id>/settings/exclusions/", views.site_exclusions, name="site_exclusions"),
    path(
        "<int:site_id>/settings/exclusions/remove/",
        views.site_exclusion_remove,
        name="site_exclusion_remove",
    ),
    path("<int:site_id>/delete/", views.site_delete, name="site_delete"),
]
