"""In which language an answer is, and what caches are told about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from sites.models import Site

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def language_of(client: Client, url: str, **headers: str) -> str:
    response = client.get(url, headers={name.replace("_", "-"): headers[name] for name in headers})
    return response.headers.get("Content-Language", "")


def vary_of(client: Client, url: str) -> set[str]:
    header = client.get(url, headers=GERMAN).headers.get("Vary", "")
    return {name.strip() for name in header.split(",") if name}


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("fr,de;q=0.5", "de"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("de" * 5_000, "en"),
        ("\x00;q=x,,de", "en"),
    ],
)
def test_strangers_are_answered_in_a_language_of_their_browser(
    client: Client, db: None, wanted: str, language: str
) -> None:
    page = client.get(reverse("account_login"), headers={"Accept-Language": wanted})

    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in page.content.decode()


def test_chosen_language_goes_before_that_of_the_browser(client: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    client.force_login(owner)

    page = client.get(reverse("site_list"), headers=GERMAN)

    assert page.headers["Content-Language"] == "en"
    assert "Accept-Language" not in page.headers["Vary"]


@pytest.mark.parametrize("chosen", ["", "xx"])
def test_without_a_choice_the_browser_is_asked(client: Client, owner: User, chosen: str) -> None:
    User.objects.filter(pk=owner.pk).update(language=chosen)
    client.force_login(owner)

    page = client.get(reverse("site_list"), headers=GERMAN)

    assert page.headers["Content-Language"] == "de"
    assert "Accept-Language" in page.headers["Vary"]


def test_cookie_of_another_program_chooses_nothing(client: Client, db: None) -> None:
    client.cookies["django_language"] = "de"

    assert client.get(reverse("account_login")).headers["Content-Language"] == "en"


def test_choice_in_the_profile_holds_at_once(client: Client, owner: User) -> None:
    client.force_login(owner)

    page = client.post(reverse("profile"), {"display_name": "", "language": "de"}, follow=True)

    assert '<html lang="de">' in page.content.decode()
    assert "Gespeichert." in page.content.decode()


def test_profile_takes_no_language_that_there_is_not(client: Client, owner: User) -> None:
    client.force_login(owner)

    page = client.post(reverse("profile"), {"display_name": "", "language": "xx"})

    assert page.context["form"].errors["language"]


def test_page_that_is_nowhere_is_answered_in_the_browsers_language(client: Client) -> None:
    page = client.get("/nowhere/", headers=GERMAN)

    assert '<html lang="de">' in page.content.decode()


def test_public_page_does_not_ask_who_is_signed_in(client: Client, owner: User) -> None:
    assert vary_of(client, reverse("account_login")) >= {"Accept-Language"}


@pytest.mark.parametrize("name", ["tracker_script", "healthz", "readyz"])
def test_what_programs_get_does_not_depend_on_a_language(
    client: Client, db: None, name: str
) -> None:
    assert "Accept-Language" not in vary_of(client, reverse(name))


@pytest.mark.parametrize(
    "name", ["api_site", "api_site_totals", "api_site_timeseries", "api_root", "api_unknown"]
)
@pytest.mark.parametrize("query", ["", "?period=nonsense", "?nonsense=1"])
def test_api_answers_everybody_the_same(
    client: Client, owner: User, site: Site, name: str, query: str
) -> None:
    client.force_login(owner)
    if name == "api_unknown":
        url = reverse("api_root") + "nowhere/" + query
    else:
        url = reverse(name, args=[site.pk] if "site" in name else []) + query

    english, german = in_both_languages(client, owner, url)

    assert german == english


@pytest.mark.parametrize(
    "file",
    [
        "totals.csv",
        "totals.json",
        "timeseries.csv",
        "timeseries.json",
        "breakdown.csv?dimension=country",
        "breakdown.json?dimension=browser",
        "breakdown.csv?dimension=nonsense",
        "hits.csv",
        "hits.jsonl",
        "totals.csv?period=nonsense",
    ],
)
def test_exports_are_the_same_in_every_language(
    client: Client, owner: User, site: Site, file: str
) -> None:
    client.force_login(owner)
    path, _, query = file.partition("?")

    english, german = in_both_languages(
        client, owner, f"/sites/{site.pk}/export/{path}?{query}&from=2026-10-01&to=2026-10-28"
    )

    assert german == english


def in_both_languages(client: Client, user: User, url: str) -> list[tuple[int, bytes, str]]:
    return [answer_in(client, user, url, language) for language in ("en", "de")]


def answer_in(client: Client, user: User, url: str, language: str) -> tuple[int, bytes, str]:
    User.objects.filter(pk=user.pk).update(language=language)
    response: Any = client.get(url, headers={"Accept-Language": language})
    content = b"".join(response) if response.streaming else response.content
    return response.status_code, content, response.headers.get("Vary", "")


def test_sentences_of_collection_are_the_same_in_every_language(client: Client, site: Site) -> None:
    answers = [
        client.post(
            "/t",
            {"site": str(site.key), "url": "nonsense", "name": 7},
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        for language in ("en", "de")
    ]

    assert answers[0].status_code == answers[1].status_code == 400
    assert answers[0].content == answers[1].content
    assert "Accept-Language" not in answers[1].headers.get("Vary", "")


def test_language_ends_with_its_request(client: Client, owner: User) -> None:
    """The thread answers somebody else next, or a program on the short way without middleware."""
    User.objects.filter(pk=owner.pk).update(language="de")
    client.force_login(owner)

    client.get(reverse("site_list"))

    assert translation.get_language() == "en"


def test_admin_has_one_language(client: Client, staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(language="de")
    client.force_login(staff)

    page = client.get(reverse("admin:index"), headers=GERMAN)

    assert page.headers["Content-Language"] == "en"
