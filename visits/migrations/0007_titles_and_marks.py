from django.db import migrations, models
from django.utils import timezone

import visits.models.time


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_goals_and_segments")]

    operations = [
        migrations.AddField(
            model_name="page",
            name="title",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="drainedspool",
            name="moved_at",
            # The marks that are there count from the upgrade.
            field=visits.models.time.EpochField(default=timezone.now),
        ),
    ]
