"""Which requests in an access log are pageviews, and why the others are none."""

from __future__ import annotations

import re
from collections.abc import Callable

from visits.exchange.logs import LogLine
from visits.models import RefusalReason

NOT_MODIFIED = 304
# What a page loads by itself or a program fetches. Texts and PDF files are read like pages and count.
ASSET_EXTENSIONS = frozenset(
    (
        # pictures
        "apng", "avif", "bmp", "cur", "gif", "ico", "jpeg", "jpg", "jxl", "png", "svg", "svgz", "tif",
        "tiff", "webp",
        # styles, scripts and what belongs to them
        "css", "js", "less", "map", "mjs", "scss", "swf", "ts", "wasm", "webmanifest",
        # fonts
        "eot", "otf", "ttf", "woff", "woff2",
        # sound and films, which players fetch in many pieces
        "aac", "avi", "flac", "flv", "m3u8", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg",
        "oga", "ogg", "ogv", "opus", "wav", "webm", "wmv",
        # feeds and data
        "atom", "csv", "json", "jsonld", "ndjson", "rdf", "rss", "xml", "xsl", "xslt", "yaml", "yml",
        # archives, packages and programs
        "7z", "apk", "bin", "br", "bz2", "cab", "deb", "dll", "dmg", "exe", "gz", "img", "iso", "jar",
        "msi", "pkg", "rar", "rpm", "tar", "tgz", "whl", "xz", "zip", "zst",
    )
)  # fmt: skip
EXTENSION = re.compile(r"\.([a-z0-9]{1,11})$")
# Addresses that programs ask for by convention, whatever their ending. The last segment of feeds is
# that of WordPress, Drupal, Ghost and Jekyll.
WELL_KNOWN = re.compile(
    r"^/(?:robots|humans|ads|app-ads|security|llms|llms-full)\.txt$"
    r"|^/\.well-known/"
    r"|^/favicon|^/apple-touch-icon"
    r"|/(?:feed|feeds|rss|rss2|atom)/?$"
)


def refusal_reason(line: LogLine) -> RefusalReason | None:
    """Return why a request is no pageview, by the first rule that it breaks; None when it may be one."""
    return next((reason for reason, is_broken in RULES if is_broken(line)), None)


def _is_other_method(line: LogLine) -> bool:
    return line.method != "GET"


def _is_other_status(line: LogLine) -> bool:
    return not (200 <= line.status < 300 or line.status == NOT_MODIFIED)


def _is_asset(line: LogLine) -> bool:
    path = line.target.partition("?")[0].lower()
    extension = EXTENSION.search(path)
    is_asset = extension is not None and extension[1] in ASSET_EXTENSIONS
    return is_asset or WELL_KNOWN.search(path) is not None


RULES: tuple[tuple[RefusalReason, Callable[[LogLine], bool]], ...] = (
    # A person opens a page with GET. HEAD comes from programs that look whether it is there, POST from
    # forms and scripts; what is no request of HTTP at all has no method.
    (RefusalReason.METHOD, _is_other_method),
    # After a redirect the browser asks for the right address, which has a line of its own; an error is
    # no page. 304 is a page that the browser still had: it was seen all the same.
    (RefusalReason.STATUS, _is_other_status),
    # One page brings a dozen pictures, styles and scripts with it; feeds are read by programs.
    (RefusalReason.ASSET, _is_asset),
)
