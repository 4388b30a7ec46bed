from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import checks  # noqa: F401  (registers them)
        from accounts.groups import update_after_migrating
        from accounts.impersonation import end_with_session

        post_migrate.connect(update_after_migrating)
        user_logged_out.connect(end_with_session)
