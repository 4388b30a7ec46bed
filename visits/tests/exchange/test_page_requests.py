"""Which requests are pageviews."""

from __future__ import annotations

import pytest

from visits.exchange.logs import LogLine
from visits.exchange.page_requests import refusal_reason
from visits.models import RefusalReason

ASSET, METHOD, STATUS = RefusalReason.ASSET, RefusalReason.METHOD, RefusalReason.STATUS


def make_line(target: str = "/", *, method: str = "GET", status: int = 200) -> LogLine:
    return LogLine(
        host="",
        address="192.0.2.1",
        at=0,
        method=method,
        target=target,
        status=status,
        referrer="",
        user_agent="Firefox/128",
    )


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/", None),
        ("/pricing", None),
        ("/index.html", None),
        ("/index.php?page=2", None),
        ("/manual.pdf", None),
        ("/notes.txt", None),
        ("/v1.2", None),
        ("/file.", None),
        ("/feedback", None),
        ("/atom/theory", None),
        ("/blog?file=photo.jpg", None),
        ("", None),
        ("/photo.jpg", ASSET),
        ("/PHOTO.JPG", ASSET),
        ("/style.css?v=3", ASSET),
        ("/app.mjs", ASSET),
        ("/body.woff2", ASSET),
        ("/film.mp4", ASSET),
        ("/app-1.2.tar.gz", ASSET),
        ("/favicon.ico", ASSET),
        ("/favicon-32x32.svg", ASSET),
        ("/apple-touch-icon", ASSET),
        ("/robots.txt", ASSET),
        ("/ads.txt", ASSET),
        ("/sitemap.xml", ASSET),
        ("/.well-known/security.txt", ASSET),
        ("/feed", ASSET),
        ("/blog/feed/", ASSET),
        ("/rss?lang=en", ASSET),
        ("/index.atom", ASSET),
    ],
)
def test_asset_is_no_page(target: str, reason: RefusalReason | None) -> None:
    assert refusal_reason(make_line(target)) is reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, None),
        (203, None),
        (304, None),
        (101, STATUS),
        (301, STATUS),
        (302, STATUS),
        (404, STATUS),
        (500, STATUS),
    ],
)
def test_answer_must_be_a_page(status: int, reason: RefusalReason | None) -> None:
    assert refusal_reason(make_line(status=status)) is reason


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "CONNECT", "get", ""])
def test_page_is_asked_for_with_get(method: str) -> None:
    assert refusal_reason(make_line(method=method)) is METHOD


def test_first_broken_rule_is_the_reason() -> None:
    assert refusal_reason(make_line("/style.css", method="HEAD", status=404)) is METHOD
    assert refusal_reason(make_line("/style.css", status=404)) is STATUS
