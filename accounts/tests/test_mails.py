"""Mails: their links start with SITE_URL, their text is plain, and a mail server may be down."""

import smtplib

import pytest
from django.contrib.messages import get_messages
from django.core.mail.backends.locmem import EmailBackend
from django.template.loader import get_template
from django.urls import reverse

from accounts.emails import on_site_url
from accounts.tests.factories import links_in, make_user, sign_in, sign_up

pytestmark = pytest.mark.django_db

FORGED_HEADERS = [
    {"host": "evil.example.org"},
    {"host": "stats.example.org:8443"},
    {"host": "stats.example.org", "x-forwarded-host": "evil.example"},
    {"host": "stats.example.org", "x-forwarded-host": "evil.example.org"},
    {"host": "stats.example.org", "x-forwarded-port": "666"},
    {"host": "stats.example.org", "x-forwarded-proto": "gopher"},
    {"host": "stats.example.org", "x-forwarded-server": "evil.example"},
    {"host": "stats.example.org", "x-host": "evil.example"},
    {"host": "stats.example.org", "x-original-url": "//evil.example/"},
    {"host": "stats.example.org", "x-rewrite-url": "//evil.example/"},
    {"host": "stats.example.org", "x-http-host-override": "evil.example"},
    {"host": "stats.example.org", "forwarded": "for=1.2.3.4;host=evil.example;proto=http"},
    {"host": "stats.example.org", "origin": "https://evil.example"},
    {"host": "stats.example.org", "referer": "https://evil.example/"},
]

REFUSED_HOSTS = [
    "evil.example",
    "evil.example:443",
    "example.org.evil.example",
    "evil.example#.example.org",
    "evil.example/.example.org",
    "evil.example@stats.example.org",
    "stats.example.org@evil.example",
    "stats.example.org:evil.example",
    "stats.example.org, evil.example",
    "stats.example.org evil.example",
    "stats_example.org/",
    "[::1]",
    "127.0.0.1",
    "-",
]


def ask_for_reset(client, headers):
    return client.post(
        reverse("account_reset_password"), {"email": "ada@example.com"}, headers=headers
    )


@pytest.mark.parametrize("headers", FORGED_HEADERS)
def test_no_header_gets_into_the_links_of_a_mail(client, settings, mailoutbox, headers):
    settings.ALLOWED_HOSTS = [".example.org"]
    make_user()

    ask_for_reset(client, headers)

    links = links_in(mailoutbox[0])
    assert [link for link in links if not link.startswith("https://stats.example.org")] == []
    assert "evil" not in mailoutbox[0].body


@pytest.mark.parametrize("host", REFUSED_HOSTS)
def test_a_host_that_is_not_ours_gets_no_mail_sent(client, settings, mailoutbox, host):
    settings.ALLOWED_HOSTS = [".example.org"]
    make_user()

    response = ask_for_reset(client, {"host": host})

    assert response.status_code == 400
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("url", "on_site"),
    [
        ("http://evil.example/accounts/login/", "https://stats.example.org/accounts/login/"),
        ("/accounts/login/?next=/a#b", "https://stats.example.org/accounts/login/?next=/a#b"),
    ],
)
def test_a_link_is_moved_to_the_site(url, on_site):
    assert on_site_url(url) == on_site


def confirm(client):
    sign_up(client)


def register_again(client):
    make_user()
    sign_up(client)


def sign_in_unverified(client):
    make_user(is_confirmed=False)
    sign_in(client)


def ask_for_known(client):
    make_user()
    ask_for_reset(client, {})


def ask_for_unknown(client):
    ask_for_reset(client, {})


@pytest.mark.usefixtures("mail_configured")
@pytest.mark.parametrize(
    "cause", [confirm, register_again, sign_in_unverified, ask_for_known, ask_for_unknown]
)
def test_every_mail_is_plain_names_the_product_and_fits_a_line(client, mailoutbox, cause):
    cause(client)

    mail = mailoutbox[0]
    assert "Django-Tracking" in mail.subject
    assert len(mail.subject) <= 60
    assert mail.alternatives == []
    assert mail.body.startswith(("Welcome", "Open", "Somebody"))
    assert mail.body.endswith("--\nDjango-Tracking\nhttps://stats.example.org")
    assert "ada@example.com" in mail.body
    assert "{" not in mail.body
    assert "\n\n\n" not in mail.body


@pytest.mark.usefixtures("mail_configured")
def test_no_mail_repeats_a_name_that_a_stranger_chose(client, mailoutbox):
    sign_up(client, display_name="You won: https://evil.example")

    assert "evil" not in mailoutbox[0].body


def test_a_text_keeps_what_html_would_escape(client, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "o'neil&co@example.com"})

    assert "for o'neil&co@example.com." in mailoutbox[0].body


@pytest.mark.parametrize(
    "kind", ["password_changed", "password_reset", "password_set", "email_changed", "email_deleted"]
)
def test_a_notice_says_when_from_where_and_what_to_do(kind):
    body = get_template(f"account/email/{kind}_message.txt").render(
        {"ip": "203.0.113.5", "user_agent": "Browser", "site_url": "https://stats.example.org"}
    )

    assert "From: 203.0.113.5" in body
    assert "https://stats.example.org/accounts/password/reset/" in body


class DeadMailServer(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("ada@example.com bounced")


class NoMailServer(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


@pytest.mark.parametrize("backend", [DeadMailServer, NoMailServer])
def test_a_dead_mail_server_is_said_and_logged_without_the_address(
    client, settings, caplog, backend
):
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"
    make_user()

    response = ask_for_reset(client, {})

    assert response.status_code == 302
    assert "The mail could not be sent. Please try again later." in [
        str(message) for message in get_messages(response.wsgi_request)
    ]
    assert "mail_failed" in caplog.text
    assert "ada@example.com" not in caplog.text
