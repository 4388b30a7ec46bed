"""Small pictures in few colours as PNG, the one kind that every mail program shows.

https://www.w3.org/TR/png-3/ (as of 2025)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence

Colour = tuple[int, int, int]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BITS, INDEXED = 8, 3
# Each line says first how it was filtered: not at all.
UNFILTERED = b"\x00"


def png(rows: Sequence[bytes], palette: Iterable[Colour]) -> bytes:
    """Return a picture of rows of equal length, whose bytes are numbers of colours."""
    width, height = len(rows[0]), len(rows)
    head = struct.pack(">IIBBBBB", width, height, BITS, INDEXED, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    points = zlib.compress(b"".join(UNFILTERED + row for row in rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", points), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
