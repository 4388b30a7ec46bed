"""A few refused requests, so that an owner can see why a hit was not counted."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_network

from visits.collect.bots import bot_name
from visits.collect.browser import parse_client
from visits.collect.outcome import Refused, Sample
from visits.collect.page import InvalidUrl, clean_page
from visits.collect.payload import Payload
from visits.collect.refusal import SECONDS_PER_HOUR
from visits.collect.text import clean_text
from visits.models import RefusalReason
from visits.models.refusal import SAMPLE_TEXT_MAX_LENGTH

# For each site, reason and hour: enough to see a pattern, too few to be a log of visitors.
SAMPLES_PER_HOUR = 10
COUNTS_REMEMBERED = 50_000
AGENT_MAX_LENGTH = 100
PREFIX_LENGTH = {4: 24, 6: 48}
_taken: Counter[tuple[int, str, int]] = Counter()


def with_sample(refused: Refused, payload: Payload) -> Refused:
    """Return the refusal with what its owner may see of the request, for the first few of an hour."""
    return refused._replace(sample=_sample(refused, payload)) if _is_wanted(refused) else refused


def with_note(refused: Refused, address: str, user_agent: str, note: str) -> Refused:
    """The same for a request that was answered with an error; `note` is the sentence in it."""
    if not _is_wanted(refused):
        return refused
    agent = _agent(refused, user_agent)
    return refused._replace(
        sample=Sample("", "", "", agent, mask(address), note[:SAMPLE_TEXT_MAX_LENGTH])
    )


def forget_samples() -> None:
    """Count from the beginning. For tests."""
    _taken.clear()


def mask(address: str) -> str:
    """Return the network of an address, /24 of IPv4 and /48 of IPv6; "" when it is none."""
    try:
        length = PREFIX_LENGTH[6 if ":" in address else 4]
        return str(ip_network(f"{address}/{length}", strict=False))
    except ValueError:
        return ""


def _is_wanted(refused: Refused) -> bool:
    key = (refused.site_id, refused.reason.value, refused.at // SECONDS_PER_HOUR)
    if _taken[key] >= SAMPLES_PER_HOUR:
        return False
    if len(_taken) > COUNTS_REMEMBERED:
        _taken.clear()
    _taken[key] += 1
    return True


def _sample(refused: Refused, payload: Payload) -> Sample:
    try:
        hostname, path = clean_page(payload.message.url, payload.site.domain).page
    except InvalidUrl:
        hostname, path = "", ""
    # What stands behind a question mark is nobody's business.
    referrer = payload.message.referrer.partition("?")[0].partition("#")[0]
    return Sample(
        hostname=hostname,
        path=path[:SAMPLE_TEXT_MAX_LENGTH],
        referrer=clean_text(referrer, SAMPLE_TEXT_MAX_LENGTH),
        agent=_agent(refused, payload.user_agent),
        network=mask(payload.address),
    )


def _agent(refused: Refused, user_agent: str) -> str:
    if refused.reason in (RefusalReason.BOT, RefusalReason.HEADLESS):
        return bot_name(user_agent)
    client = parse_client(user_agent)
    parts = (client.browser, client.browser_version, client.os and f"on {client.os}")
    return " ".join(filter(None, parts))[:AGENT_MAX_LENGTH]
