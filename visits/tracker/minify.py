"""Writes tracker.min.js from tracker.js and prints the sizes: `python -m visits.tracker.minify`."""

import gzip

import rjsmin

from visits.tracker import MINIFIED_PATH, SOURCE_PATH

# The served file keeps one line for the person who finds it in a browser's network tab.
HEADER = (
    "/* Django-Tracking, MIT licence. "
    "Sends address, referrer, title and screen size; stores nothing. */\n"
)


def minified(source: str) -> str:
    """The script as it is served: without comments and spare space, below one line of licence."""
    return f"{HEADER}{rjsmin.jsmin(source)}\n"


def gzipped_size_bytes(script: str) -> int:
    """The size on the wire, at gzip's highest level."""
    return len(gzip.compress(script.encode(), compresslevel=9, mtime=0))


def _write() -> None:
    source = SOURCE_PATH.read_text(encoding="utf-8")
    script = minified(source)
    MINIFIED_PATH.write_text(script, encoding="utf-8")
    for name, text in ((SOURCE_PATH.name, source), (MINIFIED_PATH.name, script)):
        print(f"{name}: {len(text.encode()):,} bytes, {gzipped_size_bytes(text):,} gzipped")


if __name__ == "__main__":
    _write()
