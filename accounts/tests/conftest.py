"""Accounts under test: a cheap hasher, limits that start from zero, and mail on or off by name."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fixed_settings(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SITE_URL = "https://stats.example.org"
    settings.TRUSTED_PROXIES = []
    configure_mail(settings, is_configured=False)
    cache.clear()


@pytest.fixture
def mail_configured(settings):
    configure_mail(settings, is_configured=True)


def configure_mail(settings, *, is_configured):
    settings.IS_MAIL_CONFIGURED = is_configured
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory" if is_configured else "none"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = is_configured
