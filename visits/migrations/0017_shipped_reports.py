"""Six reports to begin with. They are rows as any other: staff change, share and delete them."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REPORTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Traffic by site",
        "description": "Every site, the most visited first.",
        "metrics": ["visitors", "visits", "pageviews", "bounce_rate"],
        "dimension": "site",
        "limit": 100,
    },
    {
        "name": "Growth leaders",
        "description": "The sites that gained the most visitors.",
        "metrics": ["visitors", "visits"],
        "dimension": "site",
        "sort": "-difference",
    },
    {
        "name": "Channels over all sites",
        "description": "Where the visitors of the whole service come from.",
        "metrics": ["visitors", "visits", "bounce_rate", "visit_duration"],
        "dimension": "channel",
    },
    {
        "name": "Refusals by reason",
        "description": "Why hits were not counted.",
        "subject": "refusals",
        "metrics": ["refused"],
        "dimension": "reason",
        "period": "7d",
    },
    {
        "name": "Quiet sites",
        "description": "The sites with the fewest visits, first of all those with none.",
        "metrics": ["visits", "visitors"],
        "dimension": "site",
        "period": "7d",
        "sort": "visits",
        "limit": 50,
        "chart": "none",
    },
    {
        "name": "Top countries",
        "description": "Where in the world the visitors of the whole service are.",
        "metrics": ["visitors", "visits", "percentage"],
        "dimension": "country",
    },
)


def add_reports(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add those whose names are free."""
    reports = apps.get_model("visits", "Report")._default_manager.using(
        schema_editor.connection.alias
    )
    for fields in REPORTS:
        reports.get_or_create(name=fields["name"], defaults=fields)


class Migration(migrations.Migration):
    dependencies = (("visits", "0016_quarantine"),)
    # Backwards nothing is removed: staff may have made the reports their own.
    operations = (migrations.RunPython(add_reports, migrations.RunPython.noop),)
