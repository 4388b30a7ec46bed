"""PDF: it is drawn from what is given, and from nothing else."""

from __future__ import annotations

import builtins
import logging
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from testing import pango
from visits.files import pdf as pdf_module
from visits.files.pdf import ONE_AT_A_TIME, PdfBusy, PdfUnavailable, pdf_bytes


def unpacked(pdf: bytes) -> bytes:
    """Return a PDF with what is packed in it behind it."""
    packed = re.findall(rb"stream\r?\n(.+?)\r?\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(each) for each in packed if each[:1] == b"x")


@pytest.fixture
def drawing() -> None:
    pango.require()


def test_page_becomes_a_pdf(drawing: None) -> None:
    pdf = pdf_bytes("<title>Report</title><h1>Visits</h1>", "h1 { color: #123456 }")

    assert pdf.startswith(b"%PDF-")
    assert b"/Title (Report)" in unpacked(pdf)


def test_nothing_is_fetched(
    drawing: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Images, sheets and fonts of the network and of the disk, also of files that are there."""
    picture = tmp_path / "picture.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    urls = [
        "http://127.0.0.1/a.png",
        "https://example.com/b.png",
        picture.as_uri(),
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
    ]
    sheet = (
        '<link rel="stylesheet" href="http://127.0.0.1/c.css">'
        '<link rel="attachment" href="file:///etc/passwd">'
    )
    html = sheet + "".join(f'<img src="{url}">' for url in urls)
    caplog.set_level(logging.DEBUG, "weasyprint")

    pdf = pdf_bytes(html, '@import "http://127.0.0.1/d.css"; p { background: url(/etc/passwd) }')

    refused = [line for line in caplog.messages if "Nothing is fetched" in line]
    assert len(refused) == len(urls) + len(["c.css", "d.css", "passwd"])
    assert b"/Image" not in unpacked(pdf)
    assert b"/Filespec" not in unpacked(pdf)


def test_missing_library_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pango(name: str, *args: Any, **options: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without_pango)

    with pytest.raises(PdfUnavailable, match="apt-get install libpango"):
        pdf_bytes("<p>", "")


def test_nobody_waits_for_long_while_another_pdf_is_made(
    drawing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_module, "WAITS_SECONDS", 0.01)

    with ONE_AT_A_TIME, pytest.raises(PdfBusy, match="Another PDF is being made"):
        pdf_bytes("<p>", "")

    assert pdf_bytes("<p>", "").startswith(b"%PDF-")
