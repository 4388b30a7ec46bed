"""The two forms of the tracker agree, and hold nothing that a measured page should not get."""

import pytest

from visits.tracker import MINIFIED_PATH, SOURCE_PATH
from visits.tracker.minify import HEADER, gzipped_size_bytes, minified

BUDGET_BYTES = 1_500


def read_source() -> str:
    return SOURCE_PATH.read_text(encoding="utf-8")


def read_minified() -> str:
    return MINIFIED_PATH.read_text(encoding="utf-8")


def test_committed_minified_file_is_the_fresh_minification_of_the_source() -> None:
    assert read_minified() == minified(read_source())


def test_minified_file_fits_in_its_budget() -> None:
    assert gzipped_size_bytes(read_minified()) <= BUDGET_BYTES


def test_minified_file_begins_with_one_line_that_names_the_licence() -> None:
    first_line = read_minified().splitlines()[0]

    assert first_line == HEADER.strip()
    assert "MIT" in first_line


def test_source_tells_the_visited_person_each_field_that_is_sent() -> None:
    header = read_source().split("*/")[0]

    for field in ("site", "name", "url", "referrer", "screen", "props", "interactive"):
        assert f" *   {field} " in header


@pytest.mark.parametrize("opening", ["{{", "{%", "{#", "<%"])
def test_source_is_free_of_template_syntax(opening: str) -> None:
    assert opening not in read_source()


@pytest.mark.parametrize(
    "word",
    [
        "cookie",
        "setItem",
        "removeItem",
        "sessionStorage",
        "indexedDB",
        "eval",
        "Function(",
        "innerHTML",
        "outerHTML",
        "document.write",
        "createElement",
        "setTimeout",
        "console",
        "canvas",
        "import",
    ],
)
def test_code_never_stores_evaluates_or_writes_into_the_page(word: str) -> None:
    code = read_minified().removeprefix(HEADER)

    assert word not in code


def test_code_names_no_other_host() -> None:
    code = read_minified().removeprefix(HEADER)

    assert "//" not in code
