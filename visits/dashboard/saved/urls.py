"""Reports that staff have shared."""

from django.urls import path

from visits.dashboard.saved import views

urlpatterns = [
    path("", views.shared_report_list, name="shared_report_list"),
    path("<int:report_id>/", views.shared_report_page, name="shared_report_page"),
    path(
        "<int:report_id>/export.<slug:ending>", views.shared_report_file, name="shared_report_file"
    ),
]
