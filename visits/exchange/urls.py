"""Reports and hits as files."""

from django.urls import path, register_converter

from visits.exchange import views


class TableEnding:
    """The two kinds of files that a report can be."""

    regex = "csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class LinesEnding(TableEnding):
    """The two kinds of files that hits can be."""

    regex = "csv|jsonl"


register_converter(TableEnding, "table")
register_converter(LinesEnding, "lines")

urlpatterns = [
    path("totals.<table:ending>", views.export_totals, name="site_export_totals"),
    path("timeseries.<table:ending>", views.export_timeseries, name="site_export_timeseries"),
    path("breakdown.<table:ending>", views.export_breakdown, name="site_export_breakdown"),
    path("funnels/<int:funnel_id>.<table:ending>", views.export_funnel, name="site_export_funnel"),
    path("flow.<table:ending>", views.export_flow, name="site_export_flow"),
    path("all.zip", views.export_all, name="site_export_all"),
    path("hits.<lines:ending>", views.export_hits, name="site_export_hits"),
]
