"""A site's own pages; all that has numbers is in visits.dashboard."""

from django.urls import path

from sites import views

urlpatterns = [
    path("add/", views.site_add, name="site_add"),
    path("<int:site_id>/install/", views.site_install, name="site_install"),
    path("<int:site_id>/settings/", views.site_settings, name="site_settings"),
    path("<int:site_id>/delete/", views.site_delete, name="site_delete"),
]
