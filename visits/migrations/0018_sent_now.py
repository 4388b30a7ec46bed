"""Mails that staff send now are told from those of a slot."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("visits", "0017_shipped_reports"),)
    operations = (
        migrations.AddField(
            model_name="delivery",
            name="is_asked_for",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    )
