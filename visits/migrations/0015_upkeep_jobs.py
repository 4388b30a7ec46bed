"""What became of the jobs of upkeep."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0014_schedules")]

    operations = [
        migrations.CreateModel(
            name="UpkeepJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, unique=True)),
                ("ran_at", models.DateTimeField(verbose_name="last run")),
                ("succeeded_at", models.DateTimeField(null=True, verbose_name="last success")),
                (
                    "count",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="How many rows the last success concerned.",
                        verbose_name="rows",
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
            ],
            options={"ordering": ("name",)},
        ),
    ]
