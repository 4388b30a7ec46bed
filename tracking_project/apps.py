"""The Django admin with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class TrackingAdminConfig(AdminConfig):
    # Only the one that Django finds by itself may be the default.
    default = False
    default_site = "tracking_project.admin_site.TrackingAdminSite"
