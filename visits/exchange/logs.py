"""The access logs of Apache and nginx: one line each of the common and the combined format."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

NO_VALUE = b"-"
# Month names are English in every log, whatever the language of the server.
MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
FIRST_YEAR = 1990

# Both servers write a quotation mark inside a quoted field as an escape, so the next bare one ends the
# field. The quantifiers with a plus keep what they have matched: no line takes more than one pass.
QUOTED = rb'"((?:[^"\\]++|\\.)*+)"'
# address identity user [time] "request" status bytes, then in the combined format "referrer" "agent".
# Debian's Apache puts “host:port ” before the lines of hosts that share a log. Many servers add fields
# at the end: the address before the proxy, how long the answer took.
LINE = re.compile(
    rb"(?:([\w.-]{1,253}):\d{1,5} )?"
    rb"(\S{1,255}) \S+ [^\[]{1,1024}+"
    rb"\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d):([0-6]\d) ([+-]\d{4})\] "
    rb"%(quoted)s (\d{3}) (?:\d+|-)(?: %(quoted)s %(quoted)s(?: .*+)?)?" % {b"quoted": QUOTED}
)
# A path may hold spaces: nginx writes what the client sent.
REQUEST = re.compile(rb"([A-Za-z]+) (\S.*?)(?: HTTP/\d(?:\.\d)?)?")
ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))")
# How Apache spells control characters; they are no part of any text that is kept.
CONTROL_ESCAPES = (b"a", b"b", b"f", b"n", b"r", b"t", b"v")


@dataclass(frozen=True, slots=True)
class LogLine:
    """A request as the web server noted it. `at` is in epoch seconds.

    The host is empty unless the line begins with one. Method and target are empty where the client sent
    no request of HTTP. The user agent is None in the common format, which has none; it is empty where
    the client sent none.
    """

    host: str
    address: str
    at: int
    method: str
    target: str
    status: int
    referrer: str
    user_agent: str | None


def parse_line(line: bytes) -> LogLine | None:
    """Return what a line says, None when it is damaged or of another format. Never raises."""
    found = LINE.fullmatch(line.rstrip(b"\r\n"))
    if found is None:
        return None
    host, address, minute, second, offset, request, status, referrer, agent = found.groups()
    minute_at = _minute_at(minute, offset)
    if minute_at is None:
        return None
    method, target = _split_request(request)
    return LogLine(
        host=_text(host or b""),
        address=_text(address),
        at=minute_at + int(second),
        method=method,
        target=target,
        status=int(status),
        referrer="" if referrer in (None, NO_VALUE) else _text(referrer),
        user_agent=None if agent is None else _text(agent) if agent != NO_VALUE else "",
    )


# Lines of one minute stand together, and a date takes longer to read than all the rest.
@lru_cache(maxsize=1024)
def _minute_at(minute: bytes, offset: bytes) -> int | None:
    """Return the epoch second in which a minute such as 17/May/2015:10:05 begins, None if there is none.

    `offset` is that of the server's clock, such as +0200.
    """
    day, month, rest = minute.split(b"/")
    year, hour, minutes = rest.split(b":")
    if month not in MONTHS or int(year) < FIRST_YEAR:
        return None
    ahead = dt.timedelta(hours=int(offset[:3]), minutes=int(offset[:1] + offset[3:]))
    try:
        zone = dt.timezone(ahead)
        begin = dt.datetime(
            int(year), MONTHS[month], int(day), int(hour), int(minutes), tzinfo=zone
        )
    except ValueError:
        return None
    return int(begin.timestamp())


def _split_request(request: bytes) -> tuple[str, str]:
    found = REQUEST.fullmatch(request)
    if found is None:
        return "", ""
    return found[1].decode(), _text(found[2])


def _text(field: bytes) -> str:
    """Return a field as text, its escapes resolved; what is not UTF-8 becomes replacement characters."""
    if b"\\" in field:
        field = ESCAPE.sub(_resolve_escape, field)
    return field.decode("utf-8", "replace")


def _resolve_escape(escape: re.Match[bytes]) -> bytes:
    if escape[1] is not None:
        return bytes([int(escape[1], 16)])
    return b"" if escape[2] in CONTROL_ESCAPES else escape[2]
