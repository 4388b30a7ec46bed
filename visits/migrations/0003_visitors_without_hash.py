from django.db import migrations, models

import visits.models.time

# A visitor whose salt is still there must find their visit after the upgrade.
REMEMBER_OPEN_VISITS = """
    INSERT INTO visits_openvisit (id, day, visitor)
    SELECT id, day, visitor FROM visits_visit WHERE day IN (SELECT day FROM visits_salt)
"""
FORGET_HASHES = """
    UPDATE visits_visit SET visitor = numbered.first_id
    FROM (
        SELECT id, min(id) OVER (PARTITION BY site_id, day, visitor) AS first_id FROM visits_visit
    ) AS numbered
    WHERE visits_visit.id = numbered.id
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_collection")]

    operations = [
        migrations.DeleteModel("OpenVisit"),
        migrations.CreateModel(
            name="OpenVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", visits.models.time.DayField()),
                (
                    "visitor",
                    models.BigIntegerField(
                        help_text="A salted hash of site, address and user agent."
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "visitor"], name="open_visit_of_visitor")],
            },
        ),
        # There is no way back: nobody can compute the hashes again, nor does a hit know its source.
        migrations.RunSQL(REMEMBER_OPEN_VISITS),
        migrations.RemoveIndex("visit", "visit_of_visitor"),
        migrations.AlterField(
            "visit",
            "visitor",
            models.BigIntegerField(
                help_text="The id of this visitor's first visit that day: what their visits have in common."
            ),
        ),
        migrations.RunSQL(FORGET_HASHES),
        migrations.RemoveField("hit", "source"),
        migrations.RemoveField("hit", "location"),
    ]
