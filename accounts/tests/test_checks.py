import pytest

from accounts.checks import (
    check_links_in_mails,
    check_redirect_to_https,
    check_trusted_proxies,
)


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [
        ([], []),
        (["127.0.0.1", "10.0.0.0/8", "fd00::/8"], []),
        (["10.0.0.0/33"], ["accounts.E001"]),
        (["proxy.example.org"], ["accounts.E001"]),
        (["10.0.0.1", ""], ["accounts.E001"]),
    ],
)
def test_trusted_proxies_must_be_networks(settings, proxies, expected):
    settings.TRUSTED_PROXIES = proxies

    assert ids(check_trusted_proxies()) == expected


@pytest.mark.parametrize(
    ("is_mail_configured", "site_url", "expected"),
    [
        (True, "https://stats.example.org", []),
        (True, "https://stats.example.org:8443", []),
        (True, "http://localhost:8000", ["accounts.W001"]),
        (True, "", ["accounts.W001"]),
        (False, "http://localhost:8000", []),
    ],
)
def test_links_in_mails_must_lead_here(settings, is_mail_configured, site_url, expected):
    settings.ALLOWED_HOSTS = ["stats.example.org"]
    settings.IS_MAIL_CONFIGURED = is_mail_configured
    settings.SITE_URL = site_url

    assert ids(check_links_in_mails()) == expected


@pytest.mark.parametrize(
    ("is_redirected", "proxies", "expected"),
    [
        (True, [], ["accounts.W002"]),
        (True, ["127.0.0.1"], []),
        (False, [], []),
    ],
)
def test_redirect_without_a_trusted_proxy_would_never_end(
    settings, is_redirected, proxies, expected
):
    settings.SECURE_SSL_REDIRECT = is_redirected
    settings.TRUSTED_PROXIES = proxies

    assert ids(check_redirect_to_https()) == expected
