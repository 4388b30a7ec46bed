"""Words for the values of dimensions. Empty text in the tables means unknown or none."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from visits.models import Channel

COUNTRIES_PATH = Path(__file__).resolve().parent.parent / "data" / "countries.json"
UNKNOWN = "Unknown"
DIRECT = "Direct"
NO_REFERRER = "No referrer"
DEVICES = {
    "desktop": "Desktop",
    "mobile": "Mobile",
    "tablet": "Tablet",
    "tv": "TV",
    "console": "Console",
}
CHANNELS = {channel.value: str(channel.label) for channel in Channel}


@cache
def country_names() -> dict[str, str]:
    """Return English names by ISO 3166 alpha-2 codes."""
    names: dict[str, str] = json.loads(COUNTRIES_PATH.read_text(encoding="utf-8"))
    return names


def country_label(code: str) -> str:
    """Return the name of a country, the code itself when it has none."""
    return country_names().get(code, code) or UNKNOWN


def device_label(device: str) -> str:
    return DEVICES.get(device, device) or UNKNOWN


def channel_label(channel: str) -> str:
    return CHANNELS.get(channel, channel) or UNKNOWN


def source_label(name: str) -> str:
    return name or DIRECT


def referrer_label(referrer: str) -> str:
    return referrer or NO_REFERRER


def text_label(text: str) -> str:
    return text or UNKNOWN


def last_label(*texts: str) -> str:
    """Return the innermost of nested names: the city of country, region and city."""
    return text_label(texts[-1])


def version_label(name: str, version: str) -> str:
    """Return such as "Firefox 120"."""
    return f"{name} {version}".strip() or UNKNOWN
