"""The two forms of the tracker agree, and hold nothing that a measured page should not get."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings

from testing import tools
from visits.tracker import EXPORTS_PATH, MINIFIED_PATH, MODULE_PATH, SOURCE_PATH

BUDGET_BYTES = 2_200
FIELDS = (
    "site",
    "name",
    "url",
    "referrer",
    "title",
    "screen",
    "props",
    "interactive",
    "revenue",
    "engaged",
    "scroll",
    "id",
)
OPTIONS = (
    "host",
    "off",
    "downloads",
    "status",
    "hash",
    "manual",
    "include",
    "exclude",
    "prop-NAME",
    "respect-dnt",
    "iframe",
)


def read_source() -> str:
    return SOURCE_PATH.read_text(encoding="utf-8")


def read_minified() -> str:
    return MINIFIED_PATH.read_text(encoding="utf-8")


def read_code() -> str:
    """What is served, below the line that names the licence."""
    return read_minified().split("\n", 1)[1]


def test_committed_files_are_what_the_source_makes() -> None:
    try:
        from visits.tracker.minify import minified, module
    except ImportError:
        tools.missing("The minifier has no package for this machine.")

    assert read_minified() == minified(read_source())
    exports = EXPORTS_PATH.read_text(encoding="utf-8")
    assert MODULE_PATH.read_text(encoding="utf-8") == module(read_source(), exports)


def test_minified_file_fits_in_its_budget() -> None:
    size_bytes = len(gzip.compress(read_minified().encode(), compresslevel=9, mtime=0))

    assert size_bytes <= BUDGET_BYTES


def test_minified_file_begins_with_one_line_that_names_the_licence() -> None:
    assert read_minified().splitlines()[0] == "// Django-Tracking, MIT licence"


def test_source_tells_the_visited_person_each_field_that_is_sent() -> None:
    header = read_source().split("*/")[0]

    for field in FIELDS:
        assert f" *   {field} " in header


def test_source_tells_the_owner_each_option() -> None:
    header = read_source().split("*/")[0]

    for option in OPTIONS:
        assert f" *   data-{option} " in header


def test_install_page_names_each_option() -> None:
    page = (Path(settings.BASE_DIR) / "templates" / "sites" / "install.html").read_text("utf-8")

    for option in OPTIONS:
        assert f"data-{option.partition('-NAME')[0]}" in page


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
        "console",
        "canvas",
        "import",
    ],
)
def test_code_never_stores_evaluates_or_writes_into_the_page(word: str) -> None:
    assert word not in read_code()


def test_code_names_no_other_host() -> None:
    assert "//" not in read_code()
