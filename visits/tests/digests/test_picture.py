"""The picture of a series: read back by rules of the format, not by the code that wrote it."""

import itertools
import struct
import zlib

from visits.digests.picture import ACCENT, HEIGHT, PANEL, WASH, WIDTH, line_picture


def chunks(picture):
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    place = 8
    while place < len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        content = picture[place + 8 : place + 8 + length]
        [checksum] = struct.unpack(">I", picture[place + 8 + length : place + 12 + length])
        assert checksum == zlib.crc32(kind + content)
        yield kind, content
        place += 12 + length


def points(picture):
    """Return the colours, line by line."""
    parts = dict(chunks(picture))
    width, height, bits, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (width, height, bits, kind) == (WIDTH, HEIGHT, 8, 3)
    lines = zlib.decompress(parts[b"IDAT"])
    palette = [tuple(parts[b"PLTE"][at : at + 3]) for at in range(0, len(parts[b"PLTE"]), 3)]
    assert len(lines) == height * (width + 1)
    return [
        [palette[number] for number in lines[at + 1 : at + 1 + width]]
        for at in range(0, len(lines), width + 1)
    ]


def tops(colours):
    """Return in which line the accent is first, for each column."""
    return [next((y for y in range(HEIGHT) if colours[y][x] == ACCENT), None) for x in range(WIDTH)]


def test_line_goes_from_the_first_value_to_the_last():
    found = tops(points(line_picture([0, 100])))

    assert found[0] > HEIGHT * 0.95
    assert found[-1] < HEIGHT * 0.05
    assert abs(found[WIDTH // 2] - HEIGHT / 2) < 6
    assert all(left >= right for left, right in itertools.pairwise(found))


def test_area_below_the_line_is_washed():
    colours = points(line_picture([50, 100, 50]))

    assert colours[HEIGHT - 1][WIDTH // 2] == WASH
    assert colours[1][5] == PANEL


def test_nothing_is_drawn_where_there_is_no_value():
    found = tops(points(line_picture([1, 2, None, 3, 4])))

    assert found[WIDTH // 2] is None
    assert found[0] is not None
    assert found[-1] is not None


def test_what_it_is_compared_with_decides_the_height_too():
    found = tops(points(line_picture([50, 50], [100, 100])))

    assert abs(found[0] - HEIGHT / 2) < 6


def test_zero_and_a_single_value_are_lines():
    flat, single = tops(points(line_picture([0, 0, 0]))), tops(points(line_picture([7])))

    assert min(flat) > HEIGHT * 0.95
    assert max(single) < HEIGHT * 0.05
