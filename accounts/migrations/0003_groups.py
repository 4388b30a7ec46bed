"""Groups of staff. `migrate` makes them and says what they may, when the permissions of all tables exist."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMES = ("Analyst", "Support", "Administrator")


def make_room(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rename groups that have these names already: their members keep what they may, and get no more."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for group in groups.filter(name__in=NAMES):
        group.name = f"{group.name} (earlier, {group.pk})"
        group.save(update_fields=["name"])


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=NAMES).delete()


class Migration(migrations.Migration):
    dependencies = (
        ("accounts", "0002_language"),
        ("auth", "0012_alter_user_first_name_max_length"),
    )

    operations = (
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ("email",),
                "permissions": (
                    ("see_addresses", "Can see names and e-mail addresses of people"),
                ),
            },
        ),
        migrations.RunPython(make_room, remove),
    )
