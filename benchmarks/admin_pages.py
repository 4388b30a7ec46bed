"""Asks every page of the admin and measures: run by benchmarks.admin, `python -m benchmarks.admin_pages`.

The database is that of the settings and gets a member of staff and a row of what owners name. Pages are
found by following links from the index. Writes a line of JSON for each page.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import django

from benchmarks.asked import INDEX, Asked
from benchmarks.plan import Plan

if __name__ == "__main__":
    django.setup()

from django.test import Client
from django.test.utils import override_settings
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.models import User
from benchmarks.answering import counted_statements
from benchmarks.questions import big_site, now_on
from sites.models import Exclusion, Site, Tag
from tracking_project.garbage import calm_garbage_collector
from visits.models import Annotation, Funnel, Goal, Segment

NOTED_ON = dt.date(2025, 6, 1)
STAFF = "staff-of-benchmark@example.com"
ACCOUNTS = 1_000
# Pages of one kind, for example the hits of two of the sites that the filter offers.
OF_A_KIND = 2
# Lists can be narrowed and sorted by everything at once; by two things is enough to tell what it costs.
PARAMETERS_AT_MOST = 2
# Where a form or a deletion returns to: the page is the same.
RETURN_TO = "_changelist_filters"
# They end a session or change a password; the calendar of Django's forms is a script.
LEFT_OUT = {"logout", "password_change", "password_change_done", "jsi18n", "view_on_site"}
HTML = "text/html"
FACTS = ("/admin/visits/hit/", "/admin/visits/visit/")
STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Links(HTMLParser):
    """The addresses that a page leads to, in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.found.append(address)


class Crawl:
    """Follows links below the index to some pages of each kind."""

    def __init__(self, first: list[str]) -> None:
        self.kinds: Counter[tuple[Any, ...]] = Counter()
        self.waiting: deque[str] = deque()
        self.known: set[str] = set()
        for path in first:
            self.add(path)

    def add(self, path: str) -> None:
        kind = kind_of(path)
        if kind and path not in self.known and self.kinds[kind] < OF_A_KIND:
            self.kinds[kind] += 1
            self.known.add(path)
            self.waiting.append(path)

    def follow(self, path: str, html: str) -> None:
        for address in Links(html).found:
            parts = urlsplit(urljoin(path, address))
            if not parts.netloc and parts.path.startswith(INDEX):
                asked = [pair for pair in parse_qsl(parts.query, True) if pair[0] != RETURN_TO]
                self.add(parts.path + (f"?{urlencode(asked)}" if asked else ""))


def kind_of(path: str) -> tuple[Any, ...] | None:
    """Return what a page has in common with others: its route and what is asked; None if it is left out.

    An order by one column is a kind of its own: each column has another index, or none.
    """
    parts = urlsplit(path)
    try:
        name = resolve(parts.path).url_name
    except Resolver404:
        return None
    if name is None or name in LEFT_OUT:
        return None
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if len(asked) > PARAMETERS_AT_MOST or any(key == "o" and "." in value for key, value in asked):
        return None
    return name, *sorted(value if key == "o" else key for key, value in asked)


def questions_of_facts(last_day: dt.date, sites: list[Site]) -> Iterator[str]:
    """Yield what staff type and no link leads to: words, days long ago, the last page."""
    for facts in FACTS:
        for days_ago in (0, 200, 390):
            day = last_day - dt.timedelta(days_ago)
            yield f"{facts}?{urlencode({'day__exact': day})}"
            for site in sites:
                yield f"{facts}?{urlencode({'day__exact': day, 'site': site.pk})}"
        for words in ("news", "zzzz", "Google"):
            yield f"{facts}?{urlencode({'q': words})}"
            yield f"{facts}?{urlencode({'q': words, 'site': sites[-1].pk})}"
        yield f"{facts}?p=200"
    for path in ("/admin/visits/page/", "/admin/sites/site/", "/admin/accounts/user/"):
        yield f"{path}?q=site"


def ask(client: Client, path: str, runs: int) -> tuple[Asked, str]:
    """Return what a page cost, and itself; a first run warms up and counts the statements."""
    with counted_statements() as statements:
        response = client.get(path)
        html = _html(response)
    walls, cpus = [], []
    for _ in range(runs if html else 0):
        began_at, cpu_before = time.perf_counter(), time.process_time()
        client.get(path)
        walls.append(time.perf_counter() - began_at)
        cpus.append(time.process_time() - cpu_before)
    wall, cpu = (statistics.median(times) * 1000 if times else 0.0 for times in (walls, cpus))
    return Asked(path, response.status_code, wall, cpu, statements.count), html


def _html(response: Any) -> str:
    """Return the page, "" for a file or for the way to another page."""
    if response.status_code != 200 or not response.get("Content-Type", "").startswith(HTML):
        return ""
    return str(response.content.decode())


def asked_pages(plan: Plan, runs: int) -> Iterator[Asked]:
    """Yield the cost of every page that staff come to; files and redirects are left out."""
    site = big_site()
    _let_it_be(now_on(plan.last_day, site))
    smallest = Site.objects.exclude(pk=site.pk).order_by("-pk")[0]
    client = Client(raise_request_exception=False)
    client.force_login(_furnish(site))
    calm_garbage_collector()
    crawl = Crawl([INDEX, *questions_of_facts(plan.last_day, [site, smallest])])
    while crawl.waiting:
        path = crawl.waiting.popleft()
        asked, html = ask(client, path, runs)
        crawl.follow(path, html)
        if html or asked.status >= 400:
            yield asked


def _let_it_be(moment: dt.datetime) -> None:
    """Turn the clock back to the end of the data: the last seven days have visits."""
    started_at = time.monotonic()

    def now() -> dt.datetime:
        return (moment + dt.timedelta(seconds=time.monotonic() - started_at)).astimezone(dt.UTC)

    # Django's own places and ours all ask it by this name.
    timezone.now = now


def _furnish(site: Site) -> User:
    """Store a member of staff, accounts for its list, and one of each thing that has a page."""
    staff, _ = User.objects.get_or_create(email=STAFF, is_staff=True, is_superuser=True)
    User.objects.bulk_create(
        (User(email=f"owner{number}@example.com") for number in range(ACCOUNTS)),
        ignore_conflicts=True,
    )
    goal, _ = Goal.objects.get_or_create(
        site=site, name="News", kind="page", page_pattern="/news/**"
    )
    funnel, _ = Funnel.objects.get_or_create(site=site, name="News")
    funnel.steps.get_or_create(goal=goal, position=1)
    Segment.objects.get_or_create(site=site, name="All", defaults={"filters": []})
    Annotation.objects.get_or_create(site=site, day=NOTED_ON, text="A day", written_by=staff)
    Exclusion.objects.get_or_create(site=site, kind="page", pattern="/preview/**")
    site.tags.add(Tag.objects.get_or_create(name="benchmark")[0])
    return staff


def main(arguments: list[str]) -> None:
    write: Callable[[str], Any] = sys.stdout.write
    with override_settings(STORAGES=STATIC, ALLOWED_HOSTS=["testserver"]):
        for asked in asked_pages(Plan.from_environment(), int(arguments[0])):
            write(json.dumps(asdict(asked)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
