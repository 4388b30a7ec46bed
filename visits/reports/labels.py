"""Words for the values of dimensions. Empty text in the tables means unknown or none."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sites.country import country_names
from visits.models import Channel

UNKNOWN = _("Unknown")
DIRECT = _("Direct")
NO_REFERRER = _("No referrer")
DEVICES = {
    "desktop": _("Desktop"),
    "mobile": _("Mobile"),
    "tablet": _("Tablet"),
    "tv": _("TV"),
    "console": _("Console"),
}
CHANNELS = {channel.value: channel.label for channel in Channel}


def country_label(code: str) -> str:
    """Return the name of a country, the code itself when it has none."""
    return country_names().get(code, code) or str(UNKNOWN)


def device_label(device: str) -> str:
    return str(DEVICES.get(device, device) or UNKNOWN)


def channel_label(channel: str) -> str:
    return str(CHANNELS.get(channel, channel) or UNKNOWN)


def source_label(name: str) -> str:
    return name or str(DIRECT)


def referrer_label(referrer: str) -> str:
    return referrer or str(NO_REFERRER)


def text_label(text: str) -> str:
    return text or str(UNKNOWN)


def site_label(domain: str, name: str, _key: str) -> str:
    return name or text_label(domain)


def last_label(*texts: str) -> str:
    """Return the innermost of nested names: the city of country, region and city."""
    return text_label(texts[-1])


def version_label(name: str, version: str) -> str:
    """Return such as "Firefox 120"."""
    return f"{name} {version}".strip() or str(UNKNOWN)
