"""The floor plan of the whole installation."""

from django.contrib import admin
from django.urls import include, path

from tracking_project import errors, favicon, health

urlpatterns = [
    path("", include("visits.urls")),
    path("accounts/", include("accounts.urls")),
    path("sites/", include("sites.urls")),
    path("api/v1/", include("visits.api.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
