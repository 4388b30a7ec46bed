"""Writes what is made of tracker.js, and prints the sizes: `python -m visits.tracker.minify`."""

import gzip
from textwrap import dedent

import minify

from visits.tracker import EXPORTS_PATH, MINIFIED_PATH, MODULE_PATH, SOURCE_PATH

# The served file keeps one line for the person who finds it in a browser's network tab.
HEADER = "// Django-Tracking, MIT licence\n"
# Browsers since the spring of 2018 understand all of this year's JavaScript that is used here.
JAVASCRIPT_YEAR = 2019
# The source's head tells the visited person what is sent; then it turns to the owner of a script.
HEAD_ENDS = " *\n * To the owner:"
# What script and module have in common stands between these lines of the source.
CORE_BEGINS = "  // The part that script and module have in common begins here.\n"
CORE_ENDS = "  // The part that script and module have in common ends here.\n"


def minified(source: str) -> str:
    """The script as it is served: without comments, spare space and long names, below a licence."""
    minify.config({"js-version": JAVASCRIPT_YEAR})
    return f"{HEADER}{minify.string('application/javascript', source)}\n"


def module(source: str, exports: str) -> str:
    """The ES module: the source's head and common part, and the functions that it exports."""
    head = source.partition(HEAD_ENDS)[0]
    core = source.partition(CORE_BEGINS)[2].partition(CORE_ENDS)[0].strip("\n")
    return f"{head} */\n// Made of tracker.js and exports.js: change those.\n\n{dedent(core)}\n\n{exports}"


def gzipped_size_bytes(script: str) -> int:
    """The size on the wire, at gzip's highest level."""
    return len(gzip.compress(script.encode(), compresslevel=9, mtime=0))


def _write() -> None:
    source = SOURCE_PATH.read_text(encoding="utf-8")
    script = minified(source)
    MINIFIED_PATH.write_text(script, encoding="utf-8")
    MODULE_PATH.write_text(module(source, EXPORTS_PATH.read_text(encoding="utf-8")))
    for name, text in ((SOURCE_PATH.name, source), (MINIFIED_PATH.name, script)):
        print(f"{name}: {len(text.encode()):,} bytes, {gzipped_size_bytes(text):,} gzipped")


if __name__ == "__main__":
    _write()
