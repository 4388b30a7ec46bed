"""Lines of access logs, read one by one."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.exchange.logs import LogLine, parse_line

COMBINED = (
    b'192.0.2.1 - - [04/May/2026:12:00:05 +0200] "GET /pricing?plan=pro HTTP/1.1" 200 2326 '
    b'"https://www.google.com/" "Firefox/128"'
)
COMMON = b'192.0.2.1 - - [04/May/2026:12:00:05 +0200] "GET / HTTP/1.0" 304 -'


def read(line: bytes) -> LogLine:
    parsed = parse_line(line)
    assert parsed is not None
    return parsed


def test_combined_format_is_read() -> None:
    assert read(COMBINED) == LogLine(
        host="",
        address="192.0.2.1",
        at=int(dt.datetime(2026, 5, 4, 10, 0, 5, tzinfo=dt.UTC).timestamp()),
        method="GET",
        target="/pricing?plan=pro",
        status=200,
        referrer="https://www.google.com/",
        user_agent="Firefox/128",
    )


def test_common_format_has_no_user_agent() -> None:
    line = read(COMMON)

    assert (line.target, line.status, line.referrer, line.user_agent) == ("/", 304, "", None)


def test_client_without_user_agent_is_told_from_a_format_without_it() -> None:
    assert read(COMMON + b' "-" "-"').user_agent == ""


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ((b"192.0.2.1", b"2001:db8::1"), "address", "2001:db8::1"),
        ((b"192.0.2.1", b"example.com:443 192.0.2.1"), "host", "example.com"),
        ((b"192.0.2.1", b"example.com:443 192.0.2.1"), "address", "192.0.2.1"),
        ((b"- -", b"- jane doe"), "address", "192.0.2.1"),
        ((b"GET /pricing", b"HEAD /pricing"), "method", "HEAD"),
        ((b"?plan=pro", b" with spaces"), "target", "/pricing with spaces"),
        ((b" HTTP/1.1", b""), "target", "/pricing?plan=pro"),
        ((b" HTTP/1.1", b" HTTP/2"), "target", "/pricing?plan=pro"),
        ((b"?plan=pro", rb"\xc3\xa4\"\\"), "target", '/pricingä"\\'),
        ((b"?plan=pro", rb"\x00\n\t"), "target", "/pricing\0"),
        ((b"?plan=pro", b"\xff"), "target", "/pricing\ufffd"),
        ((b"GET /pricing?plan=pro HTTP/1.1", rb"\x16\x03\x01"), "method", ""),
        ((b"GET /pricing?plan=pro HTTP/1.1", b"-"), "target", ""),
        ((b"GET /pricing?plan=pro HTTP/1.1", b""), "method", ""),
        ((b"Firefox/128", rb"say \"cheese\""), "user_agent", 'say "cheese"'),
        ((b'"Firefox/128"', b'"Firefox/128" "198.51.100.1" 0.003'), "user_agent", "Firefox/128"),
    ],
)
def test_field_is_read_as_servers_write_it(
    change: tuple[bytes, bytes], field: str, value: str
) -> None:
    line = read(COMBINED.replace(*change))

    assert getattr(line, field) == value


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_line_break_is_no_part_of_the_line(end: bytes) -> None:
    assert read(COMBINED + end) == read(COMBINED)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("04/May/2026:12:00:00 +0000", dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)),
        ("04/May/2026:12:00:00 +0545", dt.datetime(2026, 5, 4, 6, 15, tzinfo=dt.UTC)),
        ("04/May/2026:12:00:00 -0330", dt.datetime(2026, 5, 4, 15, 30, tzinfo=dt.UTC)),
        ("31/Dec/2025:23:30:00 -0100", dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.UTC)),
        ("29/Feb/2024:00:00:00 +0000", dt.datetime(2024, 2, 29, tzinfo=dt.UTC)),
        ("31/Dec/2016:23:59:60 +0000", dt.datetime(2017, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_time_has_the_offset_of_the_server(written: str, at: dt.datetime) -> None:
    line = COMBINED.replace(b"04/May/2026:12:00:05 +0200", written.encode())

    assert read(line).at == at.timestamp()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"not a request",
        COMBINED[:-1],
        COMBINED[:-30],
        COMBINED.replace(b'"GET', b"GET"),
        COMBINED.replace(b" 200 ", b" OK "),
        COMBINED.replace(b"2326", b"2326 17"),
        COMBINED.replace(b"04/May", b"31/Feb"),
        COMBINED.replace(b"May", b"Mai"),
        COMBINED.replace(b"12:00:05", b"25:00:05"),
        COMBINED.replace(b"+0200", b"+9900"),
        COMBINED.replace(b"2026", b"0000"),
        COMBINED.replace(b"2026", b"1969"),
        COMBINED.decode().encode("utf-16"),
        b'{"remote_ip": "192.0.2.1", "uri": "/"}',
    ],
)
def test_damaged_line_is_unreadable(line: bytes) -> None:
    assert parse_line(line) is None


@given(st.binary(max_size=300))
def test_no_bytes_raise(junk: bytes) -> None:
    parse_line(junk)


@given(st.integers(0, len(COMBINED)), st.binary(max_size=20), st.integers(0, 20))
def test_no_damage_to_a_line_raises(position: int, junk: bytes, lost: int) -> None:
    parse_line(COMBINED[:position] + junk + COMBINED[position + lost :])


@pytest.mark.parametrize(
    "unit",
    [
        b"\0",
        b"\xff",
        b'"',
        b'\\"',
        b"\\",
        b" ",
        b"[",
        b"192.0.2.1 - - ",
        b'- - [04/May/2026:12:00:05 +0200] "',
        b"/ HTTP/1.1",
        COMBINED,
    ],
)
@pytest.mark.parametrize("beginning", [b"", COMBINED[:40], COMBINED[:60], COMBINED[:-1]])
def test_long_junk_is_read_in_one_pass(unit: bytes, beginning: bytes) -> None:
    line = beginning + unit * (1_000_000 // len(unit))
    began = time.process_time()

    parse_line(line)

    assert time.process_time() - began < 1
