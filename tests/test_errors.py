"""The error pages, and the id under which the log knows an error."""

from __future__ import annotations

import logging
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from accounts.models import User
from tracking_project.urls import (  # noqa: F401 - the handlers of this test's own URLs
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [*urlpatterns, path("broken/", broken)]


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    client.raise_request_exception = False
    return client


@override_settings(ROOT_URLCONF="tests.test_errors")
def test_unexpected_error_shows_the_id_that_the_log_has(
    signed_in: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = signed_in.get("/broken/")

    page = response.content.decode()
    assert response.status_code == 500
    assert "secret detail" not in page
    logged = next(record.msg for record in caplog.records if record.levelno == logging.ERROR)
    assert isinstance(logged, dict)
    assert re.fullmatch(r"[0-9a-f]{8}", logged["error_id"])
    assert logged["error_id"] in page


def test_unknown_page_is_404_in_the_products_look(signed_in: Client) -> None:
    response = signed_in.get("/nowhere/")

    assert response.status_code == 404
    assert b"Django-Tracking" in response.content


def test_form_without_its_token_is_403_in_the_products_look(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    response = client.post("/sites/add/", {"domain": "example.org"})

    assert response.status_code == 403
    assert b"Django-Tracking" in response.content


@override_settings(DEBUG=False, ALLOWED_HOSTS=["stats.example.com"])
def test_wrong_host_is_400(db: None) -> None:
    response = Client(raise_request_exception=False).get(
        "/accounts/login/", headers={"host": "evil.example"}
    )

    assert response.status_code == 400
    assert b"Django-Tracking" in response.content
