"""The floor plan of the whole installation."""

from django.contrib import admin
from django.urls import include, path

from tracking_project import health

urlpatterns = [
    path("", include("visits.urls")),
    path("accounts/", include("accounts.urls")),
    path("sites/", include("sites.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "tracking_project.errors.bad_request"
handler403 = "tracking_project.errors.permission_denied"
handler404 = "tracking_project.errors.page_not_found"
handler500 = "tracking_project.errors.server_error"
