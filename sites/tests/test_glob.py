"""Wildcards: what they stand for, and that no text makes them slow."""

from __future__ import annotations

import re
import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.glob import Globs

PIECES = st.sampled_from(["a", "b", "/", "*", "**", "/**/"])


@pytest.mark.parametrize(
    ("pattern", "matched", "not_matched"),
    [
        ("/blog/*", ["/blog/", "/blog/a"], ["/blog", "/blog/a/b", "/blog/a/"]),
        ("/blog/**", ["/blog/", "/blog/a", "/blog/a/b/"], ["/blog", "/blogger/a"]),
        ("/blog**", ["/blog", "/blogger", "/blog/a/b"], ["/", "/a/blog"]),
        ("/*/edit", ["/a/edit", "//edit"], ["/edit", "/a/b/edit", "/a/edit/"]),
        ("/**/edit", ["/edit", "/a/edit", "/a/b/edit"], ["/xedit", "/edit/a", "edit"]),
        ("/wp-*.php", ["/wp-login.php", "/wp-.php"], ["/wp-a/b.php", "/wp-login.php5"]),
        ("/a/**/b/**/c", ["/a/b/c", "/a/x/b/y/z/c"], ["/a/c", "/a/b/cc"]),
        ("/a/***/**/b", ["/a/b", "/a/x/b"], ["/ab", "/a/xb"]),
        ("/a?b[c].", ["/a?b[c]."], ["/aXb[c].", "/a?bc."]),
        ("/ü*/ß", ["/über/ß"], ["/uber/ß"]),
    ],
)
def test_wildcards_of_paths(pattern: str, matched: list[str], not_matched: list[str]) -> None:
    globs = Globs([pattern], separator="/")

    assert [path for path in matched if not globs.match(path)] == []
    assert [path for path in not_matched if globs.match(path)] == []


def test_without_a_separator_a_wildcard_is_anything() -> None:
    globs = Globs(["mozilla/*bot/*"])

    assert globs.match("mozilla/5.0 (x; abot/1.0; +http://a.example/bot.html)")
    assert not globs.match("opera/9 bot/1.0")
    assert not Globs(["a/**/b"]).match("a/b")


def test_each_of_several_patterns_counts_and_none_leaks_into_the_next() -> None:
    globs = Globs(["/a/*", "/b/*", "/c"], separator="/")

    assert [path for path in ("/a/1", "/b/1", "/c") if globs.match(path)] == ["/a/1", "/b/1", "/c"]
    assert not any(globs.match(path) for path in ("/a/1/b/1", "/", "", "/c/", "/d/1"))


def test_no_patterns_match_nothing() -> None:
    assert not Globs([])
    assert not Globs([]).match("")


@given(st.lists(PIECES, max_size=7), st.text("ab/", max_size=9))
def test_match_is_what_the_definition_says(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)

    assert Globs([pattern], separator="/").match(text) is is_defined_to_match(pattern, text)


def is_defined_to_match(pattern: str, text: str) -> bool:
    """Try every way, one after the other."""
    pattern = re.sub(r"\*{3,}", "**", pattern)

    @cache
    def is_match(place: int, position: int) -> bool:
        rest, left = pattern[place:], text[position:]
        if not rest:
            return not left
        if rest.startswith("/**/") and is_match(place + 3, position):
            return True
        if not rest.startswith("*"):
            return left[:1] == rest[0] and is_match(place + 1, position + 1)
        stars = 2 if rest.startswith("**") else 1
        goes_on = bool(left) and (stars == 2 or left[0] != "/")
        return is_match(place + stars, position) or (goes_on and is_match(place, position + 1))

    return is_match(0, 0)


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        ("*a", "a" * 500),
        ("**a", "a" * 500),
        ("/**/a", "/a" * 250),
        ("*a/**", "/" + "a/" * 249),
        ("a*", "a" * 499 + "b"),
        ("**", "/" * 500),
    ],
)
def test_five_hundred_evil_patterns_are_answered_at_once(piece: str, text: str) -> None:
    patterns = [f"/{(piece * 500)[:490]}{number}" for number in range(500)]
    globs = Globs(patterns, separator="/")

    started_at = time.process_time()
    globs.match(text)

    assert time.process_time() - started_at < 0.02
