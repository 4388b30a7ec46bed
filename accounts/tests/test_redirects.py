"""`next` never leaves the host."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.models import User
from accounts.tests.factories import PASSWORD, make_user, sign_in, sign_up

INSIDE = [
    "/sites/",
    "/sites/1/?period=28d#pages",
    "/accounts/profile/",
    "/a%20b",
    "/@evil.example",
    "/",
]

OUTSIDE = [
    "http://evil.example",
    "https://evil.example/",
    "HTTPS://EVIL.EXAMPLE/",
    "ftp://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x1f//evil.example",
    "\u00a0//evil.example",
    "\u3000//evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:\\\\evil.example",
    "http:///evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http://testserver@evil.example/",
    "http://testserver:80@evil.example/",
    "http://evil.example#testserver",
    "http://evil.example?testserver",
    "http://evil.example\\testserver",
    "http://evil.example\\.testserver",
    "http://testserver.evil.example",
    "http://eviltestserver",
    "http://[::1]/",
    "http://[evil",
    "http://①②⑦.0.0.1/",
    "http://127.0.0.1/",
    "http://0x7f000001/",
    "http://localhost/",
    "http://stats.example.org/",
    "http://testserver/sites/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "javascript://testserver/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:eve@evil.example",
    "evil.example",
    "evil.example/sites/",
    "www.evil.example",
    ".evil.example",
    "@evil.example",
    ":80",
    "?next=//evil.example",
    "#//evil.example",
    "sites/",
    "../sites/",
    "account_login",
    "%2f%2fevil.example",
    "%09//evil.example",
    "\ud7ff//evil.example",
    "/" * 3000 + "evil.example",
]


def leaves(response, expected):
    """Tell whether the answer leads anywhere but to `expected`, a path as a browser reads it."""
    location = response["Location"]
    is_path = (
        location[:1] == "/" and location[1:2] not in {"/", "\\"} and not urlsplit(location).netloc
    )
    return response.status_code != 302 or location != expected or not is_path


@pytest.mark.parametrize("target", OUTSIDE)
def test_a_target_outside_is_not_safe(target):
    assert not AccountAdapter().is_safe_url(target)


@pytest.mark.parametrize("target", INSIDE)
def test_a_path_on_this_host_is_safe(target):
    assert AccountAdapter().is_safe_url(target)


def follow_sign_in(client, target):
    data = {"login": "ada@example.com", "password": PASSWORD, "next": target}
    return client.post(reverse("account_login"), data)


def follow_sign_in_address(client, target):
    return sign_in(client, next=target)


def follow_sign_up(client, target):
    User.objects.all().delete()
    return sign_up(client, next=target)


def follow_sign_out(client, target):
    client.force_login(User.objects.get())
    return client.post(reverse("account_logout"), {"next": target})


def follow_sign_in_when_signed_in(client, target):
    client.force_login(User.objects.get())
    return client.get(reverse("account_login", query={"next": target}))


def follow_sign_up_when_signed_in(client, target):
    client.force_login(User.objects.get())
    return client.get(reverse("account_signup", query={"next": target}))


def follow_password_question(client, target):
    client.force_login(User.objects.get())
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target})


DOORS = [
    (follow_sign_in, "site_list"),
    (follow_sign_in_address, "site_list"),
    (follow_sign_up, "site_list"),
    (follow_sign_out, "front"),
    (follow_sign_in_when_signed_in, "site_list"),
    (follow_sign_up_when_signed_in, "site_list"),
    (follow_password_question, "site_list"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("follow", "default"), DOORS)
def test_no_door_leads_outside(follow, default):
    make_user()
    escapes = []

    for target in OUTSIDE:
        cache.clear()
        if leaves(follow(Client(), target), reverse(default)):
            escapes.append(target)

    assert escapes == []


@pytest.mark.django_db
@pytest.mark.parametrize(("follow", "default"), DOORS)
def test_every_door_leads_to_a_path_on_this_host(follow, default):
    make_user()

    lost = [target for target in INSIDE if leaves(follow(Client(), target), target)]

    assert lost == []


@pytest.mark.django_db
@pytest.mark.parametrize("target", OUTSIDE)
def test_the_page_shows_a_target_outside_without_harm(client, target):
    page = client.get(reverse("account_login", query={"next": target}))

    assert page.status_code == 200
    assert b"<script>alert" not in page.content
    assert b'href="//evil' not in page.content
    assert b'href="javascript' not in page.content.lower()
