"""Planting payloads: by the real door of collection, and as the texts of owners."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from sites.models import Exclusion, Site
from visits.models import (
    Annotation,
    Funnel,
    Goal,
    Segment,
    SharedLink,
)
from visits.models.dimension import UTM_MAX_LENGTH

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
# Of each kind of thing that an owner names: as many as a page shows at once.
NAMED = 40


class Sender:
    """Sends hits of a site, each from another visitor unless it is told."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.client = Client(headers={"user-agent": FIREFOX})
        self.addresses = (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in count(1))
        self.answers: list[int] = []

    def send(self, address: str, **fields: Any) -> None:
        body = json.dumps({"site": self.site.key, **fields})
        answer = self.client.post(
            "/t", body, "text/plain", REMOTE_ADDR=address, headers=fields.pop("headers", None)
        )
        self.answers.append(answer.status_code)


def plant_hits(site: Site, payloads: Iterable[str]) -> list[int]:
    """Send each payload in every field that a hit has; return the answers.

    One visitor comes by a link with a campaign, another from a page whose address is the payload; both
    send an event.
    """
    sender = Sender(site)
    for text in payloads:
        path = f"https://{site.domain}/{quote(text)}"
        campaign = urlencode(dict.fromkeys(UTM, text))
        tagged, linked = next(sender.addresses), next(sender.addresses)
        event = {"name": text, "props": {text: text, "kept": text}, "screen": text}
        sender.send(tagged, url=f"{path}?{campaign}", title=text, screen=text)
        sender.send(tagged, url=path, **event)
        sender.send(linked, url=path, referrer=f"https://{text}/{text}", title=text)
        sender.send(
            next(sender.addresses), url=path, referrer=f"https://news.example/{quote(text)}"
        )
    return sender.answers


def plant_refusals(site: Site, payloads: Iterable[str]) -> None:
    """Send what is refused: a page of somebody else, and a program that says its name."""
    sender = Sender(site)
    for text in payloads:
        url = f"https://elsewhere.example/{quote(text)}"
        sender.send(next(sender.addresses), url=url, referrer=f"https://news.example/{text}")
        sender.client = Client(headers={"user-agent": f"curl/8 {text!r} bot"})
        sender.send(next(sender.addresses), url=f"https://{site.domain}/{quote(text)}")
        sender.client = Client(headers={"user-agent": FIREFOX})


def plant_names(site: Site, payloads: list[str]) -> int:
    """Store payloads as what owners name; return how many were taken."""
    return sum(map(_store, _named(site, payloads)))


def _named(site: Site, payloads: list[str]) -> Iterator[Model]:
    today = timezone.now().date()
    for text in payloads[:NAMED]:
        condition = {"key": text, "operator": "is", "value": text}
        yield Goal(site=site, name=text, kind="event", event_name=text, conditions=[condition])
        yield Goal(
            site=site, name=f"/{text}"[:UTM_MAX_LENGTH], kind="page", page_pattern=f"/{text}"
        )
        yield Funnel(site=site, name=text)
        filters = [{"dimension": "page", "operator": "contains", "values": [text]}]
        yield Segment(site=site, name=text, filters=filters)
        yield Annotation(site=site, day=today, text=text)
        yield SharedLink(
            site=site, name=text, panels=["pages"], embed_origins="https://example.com"
        )
        yield Exclusion(site=site, kind=Exclusion.Kind.PAGE, pattern=f"/not/{text}")


def _store(thing: Model) -> bool:
    """Store a thing as a form would; what is no good name is left out."""
    try:
        thing.full_clean()
    except ValidationError:
        return False
    thing.save()
    if isinstance(thing, Funnel):
        thing.replace_steps(list(Goal.objects.filter(site=thing.site)[:2]))
    return True
