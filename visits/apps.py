from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = "Visits"

    def ready(self) -> None:
        from visits.archive import checks as of_archive  # noqa: F401  (registers them)
        from visits.reports import checks as of_reports  # noqa: F401
