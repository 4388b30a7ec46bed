"""What would let a visitor's text become markup, or a page reach beyond the product, is nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = ("accounts", "sites", "visits", "tracking_project", "templates")
# What others made keeps its own ways; our pages use it under the same policy.
VENDORED = {"vendor", "flags"}

UNESCAPED = (
    r"mark_safe",
    r"SafeString",
    r"SafeText",
    r"\|\s*safe\b",
    r"\|\s*safeseq\b",
    r"autoescape off",
    r"innerHTML",
    r"\.outerHTML",
    r"insertAdjacentHTML",
    r"document\.write",
    r"(?<![.\w])eval\(",
    r"\bnew Function\(",
    r"format_html\(\s*f[\"']",
)
# The policy forbids both; the browser would drop them without a word.
INLINE = (
    r"<script(?![^>]*\ssrc=)",
    r"<style\b",
    r"<[a-z][^>]*\sstyle=",
    r"<[a-z][^>]*\son[a-z]+=",
    r"javascript:",
)
ELSEWHERE = (
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc=[\"']?(?:https?:)?//",
    r"<link\b[^>]*\shref=[\"']?(?:https?:)?//",
    r"@import",
    r"url\([\"']?(?:https?:)?//",
)


def product_files(*suffixes: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            is_ours = not ({"tests"} | VENDORED) & set(path.relative_to(PROJECT).parts)
            if is_ours and path.suffix in suffixes:
                yield path


def places(pattern: str, paths: Iterator[Path]) -> list[str]:
    """Return file and line of each match; a tag may run over several lines."""
    found = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(PROJECT)}:{line}")
    return found


@pytest.mark.parametrize("pattern", UNESCAPED)
def test_nothing_turns_escaping_off(pattern: str) -> None:
    assert places(pattern, product_files(".py", ".html", ".js", ".txt")) == []


@pytest.mark.parametrize("pattern", INLINE)
def test_no_script_or_style_is_inline(pattern: str) -> None:
    pages = (path for path in product_files(".html", ".svg") if not _is_mail(path))

    assert places(pattern, pages) == []


@pytest.mark.parametrize("pattern", ELSEWHERE)
def test_nothing_comes_from_another_host(pattern: str) -> None:
    assert places(pattern, product_files(".html", ".svg", ".css")) == []


def _is_mail(path: Path) -> bool:
    """Mail programs know no style sheets: there, style has to be inline."""
    return bool({"emails", "email"} & set(path.parts))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (INLINE[0], "<script>"),
        (INLINE[0], '<script\n type="module">'),
        (INLINE[2], '<td class="a" style="width: 4%">'),
        (INLINE[3], '<a href="#"\n onclick="go()">'),
        (ELSEWHERE[0], '<img alt="" src="https://example.com/a.png">'),
        (ELSEWHERE[1], '<link rel="icon" href="//example.com/a.png">'),
    ],
)
def test_pattern_finds_what_it_is_for(pattern: str, text: str) -> None:
    assert re.search(pattern, text)
