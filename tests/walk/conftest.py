"""A site that has one of everything, so that no page is empty, and a browser for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext

from accounts.models import User
from sites.demo import DOMAIN, EMAIL
from sites.models import Exclusion, Site
from testing.watched import sign_in
from visits.collect.dimension_ids import forget_dimension_ids
from visits.collect.flood import forget_floods
from visits.collect.known_sites import known_sites
from visits.collect.salts import known_salts
from visits.collect.sample import forget_samples
from visits.collect.site_day import site_days
from visits.digests.subscription import unsubscribe_token
from visits.models import Channel, Page, Quarantine, Refusal, RefusalReason
from visits.tests.digests.factory import make_recipient, make_report, make_schedule
from visits.tests.factory import BERLIN, GOOGLE, LAPTOP, PHONE, Origin, Place, make_hit, make_visit
from visits.tests.named import (
    make_annotation,
    make_event_goal,
    make_funnel,
    make_goal,
    make_link,
    make_segment,
)

DAYS = 40
SHOWN = ["sources", "pages", "places", "devices", "behaviour", "live", "hits"]
CAMPAIGN = Origin(
    "News", Channel.EMAIL, "news.example", "News", "email", "spring", "term", "content"
)

Open = Callable[..., BrowserContext]


@pytest.fixture(autouse=True)
def forget_what_the_process_knows() -> None:
    """Each test has its own database; what the last one taught the process is void."""
    forget_dimension_ids()
    known_salts.forget()
    known_sites.forget()
    site_days.forget()
    forget_samples()
    forget_floods()
    cache.clear()


@pytest.fixture
def owner(db: None) -> User:
    """The owner of the demo site, who is staff: so one person sees all."""
    return User.objects.create_user(
        EMAIL, "correct horse battery", is_staff=True, is_superuser=True
    )


@pytest.fixture
def site(owner: User, settings: Any) -> Site:
    """The demo site: everybody may look at it."""
    settings.PUBLIC_DEMO = True
    return Site.objects.create(
        owner=owner, name="Example", domain=DOMAIN, time_zone="Europe/Berlin"
    )


@pytest.fixture
def values(site: Site) -> dict[str, object]:
    """What the addresses of the site's pages are made of; there is one of everything."""
    # Each commit waits for the disk.
    with transaction.atomic():
        return make_everything(site)


def make_everything(site: Site) -> dict[str, object]:
    make_traffic(site, timezone.now())
    page, event = make_goal(site, "Prices", "/pricing"), make_event_goal(site, "Buyers", "Bought")
    link = make_link(site, panels=SHOWN, embed_origins="https://example.com", has_badge=True)
    Exclusion.objects.create(site=site, kind=Exclusion.Kind.PAGE, pattern="/secret")
    for reason in RefusalReason:
        Refusal.objects.create(site=site, hour_at=timezone.now(), reason=reason, count=2)
    report = make_report(dimension="page")
    report.shared_with.add(site.owner)
    schedule = make_schedule(report)
    return {
        "site_id": site.pk,
        "report_id": report.pk,
        "schedule_id": schedule.pk,
        "user_id": site.owner_id,
        "page_id": Page.objects.filter(site=site).values_list("pk", flat=True)[0],
        "quarantine_id": _make_quarantine(site).pk,
        "goal_id": page.pk,
        "funnel_id": make_funnel(site, "Sales", [page, event]).pk,
        "segment_id": make_segment(site).pk,
        "annotation_id": make_annotation(site, day=timezone.now().date()).pk,
        "dimension": "page",
        "slug": link.slug,
        "theme": "light",
        "link_id": link.pk,
        "token": unsubscribe_token(make_recipient(schedule)),
        "key": "MQ:1tabcd:xyz",
        "uidb36": "1",
        "ending": "csv",
    }


def _make_quarantine(site: Site) -> Quarantine:
    today = timezone.now().date()
    return Quarantine.objects.create(
        site=site, words="Page is /a", first_day=today, last_day=today, created_at=timezone.now()
    )


def make_traffic(site: Site, now: dt.datetime) -> None:
    """Store visits of many days, from many places and ways, with events; some are of just now."""
    pages = [f"/page-{number:02}" for number in range(12)]
    ways = (GOOGLE, CAMPAIGN, Origin())
    places = (BERLIN, Place("BR", "Bahia", "Salvador"), Place("SG", "", ""))
    for day in range(0, DAYS, 4):
        started_at = now - dt.timedelta(days=day)
        visit = make_visit(
            site,
            started_at=started_at,
            pageviews=["/", "/pricing"],
            origin=ways[day % 3],
            place=places[day % 3],
            equipment=PHONE if day % 8 else LAPTOP,
        )
        make_hit(visit, "/pricing", event="Bought", properties={"plan": "Pro", "coupon": "MAY"})
    make_visit(site, started_at=now, pageviews=[*pages, "//shop.example.com/cart"])


@pytest.fixture
def host(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def open_browser(browser: Browser, host: str) -> Iterator[Open]:
    """Open browsers without anything of each other; a person is signed in."""
    contexts: list[BrowserContext] = []

    def open_browser(person: User | None = None, **options: Any) -> BrowserContext:
        size = {"width": 1280, "height": 900}
        contexts.append(
            browser.new_context(
                **{"base_url": host, "viewport": size, "reduced_motion": "reduce"} | options
            )
        )
        if person:
            sign_in(contexts[-1], person, host)
        return contexts[-1]

    yield open_browser
    for context in contexts:
        context.close()
