"""Which pages may show something of ours in a frame: no text becomes another header."""

from __future__ import annotations

import pytest

from sites.origin import ORIGINS_AT_MOST, InvalidOrigin, normalise_origin, normalise_origins


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://example.com", "https://example.com"),
        ("https://Example.com/", "https://example.com"),
        ("https://www.example.com/blog/post?x=1#top", "https://www.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("example.com", "https://example.com"),
        ("bücher.de", "https://xn--bcher-kva.de"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8000/page", "http://127.0.0.1:8000"),
    ],
)
def test_origin_of_a_page_is_kept(typed: str, origin: str) -> None:
    assert normalise_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "*",
        "https://*",
        "https://*.example.com",
        "'self'",
        "https:",
        "https://",
        "https://example.com;script-src",
        "https://example.com,https://example.org",
        "https://user@example.com",
        "https://example.com:99999",
        "https://example.com:port",
        "https://192.0.2.1",
        "https://[::1]",
        "https://[::1",
        "http://localhost.example.com",
        "null",
    ],
)
def test_everything_else_is_refused(typed: str) -> None:
    with pytest.raises(InvalidOrigin):
        normalise_origin(typed)


def test_origins_are_kept_once_and_in_their_order() -> None:
    typed = "https://b.example\n\n https://a.example/x  https://b.example/y\n"

    assert normalise_origins(typed) == "https://b.example\nhttps://a.example"


def test_there_are_not_too_many() -> None:
    typed = "\n".join(f"https://{number}.example.com" for number in range(ORIGINS_AT_MOST + 1))

    with pytest.raises(InvalidOrigin):
        normalise_origins(typed)
