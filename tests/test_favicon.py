"""The icon at the address that every browser knows."""

from __future__ import annotations

from django.test import Client


def test_icon_is_where_browsers_look_for_it(client: Client) -> None:
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert "icons/icon-32" in response["Location"]
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies
