from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import checks  # noqa: F401  (registers them)
        from accounts.groups import update_after_migrating

        post_migrate.connect(update_after_migrating)
