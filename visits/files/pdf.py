"""Pages as PDF. Nothing is fetched for it, neither from the network nor from the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import ModuleType
from typing import Any

from django.utils.translation import gettext as _

MISSING = (
    "PDF needs the library Pango, which is not installed here. On Debian: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0"
)
# The libraries below are not made for several threads, and a long table keeps a core busy.
ONE_AT_A_TIME = Lock()
WAITS_SECONDS = 5


class PdfUnavailable(Exception):
    """This machine cannot write PDF; the message is a sentence for the reader."""


class PdfBusy(Exception):
    """Others are being written for longer than anybody waits; the message is a sentence for the reader."""


def pdf_bytes(html: str, css: str) -> bytes:
    """Return a page with a style sheet as PDF. Raises PdfUnavailable and PdfBusy.

    Whatever its HTML and CSS ask for - images, fonts, other sheets - is left out.
    """
    weasyprint = _weasyprint()
    fetcher = _refusing(weasyprint)
    with _turn():
        sheet = weasyprint.CSS(string=css, url_fetcher=fetcher)
        page = weasyprint.HTML(string=html, url_fetcher=fetcher)
        written: bytes = page.write_pdf(stylesheets=[sheet])
    return written


@contextmanager
def _turn() -> Iterator[None]:
    """Hold the place of the one that draws. Raises PdfBusy."""
    if not ONE_AT_A_TIME.acquire(timeout=WAITS_SECONDS):
        raise PdfBusy(_("Another PDF is being made. Ask again in a few seconds."))
    try:
        yield
    finally:
        ONE_AT_A_TIME.release()


def _weasyprint() -> ModuleType:
    """Import what draws; it takes half a second, which only those who ask for a PDF wait."""
    try:
        import weasyprint
    except OSError as error:
        raise PdfUnavailable(MISSING) from error
    return weasyprint


def _refusing(weasyprint: ModuleType) -> Any:
    """Return what is asked for every address, and has nothing behind any of them."""

    class Refusing(weasyprint.urls.URLFetcher):  # type: ignore[name-defined]  # imported late
        def fetch(self, url: str, headers: object = None) -> Any:
            raise ValueError("Nothing is fetched for a PDF.")

    return Refusing()
