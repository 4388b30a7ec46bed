"""No page of the admin asks more than fifteen times, whatever belongs to its row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits.tests import factory
from visits.tests.admin import factories
from visits.tests.named import make_funnel, make_goal, make_segment

QUERIES_AT_MOST = 15


def make_long_visit(site: Site) -> Any:
    page = factory.make_page(site, "/exit")
    visit = factories.make_visit(site, "/entry", exit_page=page)
    for number in range(5):
        factories.make_hit(site, f"/{number}", event="Signup", visit=visit)
    return visit


def make_owner_of_many(site: Site) -> Any:
    for number in range(30):
        Site.objects.create(owner=site.owner, name="Site", domain=f"{number}.test")
    return site.owner


ROWS: dict[str, Callable[[Site], Any]] = {
    "visits_visit": make_long_visit,
    "visits_hit": lambda site: factories.make_hit(site, event="Signup"),
    "visits_goal": make_goal,
    "visits_funnel": lambda site: make_funnel(site, goals=[make_goal(site, f"{n}") for n in "ab"]),
    "visits_segment": make_segment,
    "sites_site": lambda site: site,
    "accounts_user": make_owner_of_many,
}
PAGES = [
    *((name, "change") for name in ROWS),
    *((name, "history") for name in ("sites_site", "accounts_user")),
    *((name, "delete") for name in ("sites_site", "visits_goal", "accounts_user")),
]


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_page_asks_fifteen_times_at_most(
    staff_client: Client, owner: User, site: Site, name: str, page: str
) -> None:
    row = ROWS[name](site)
    ContentType.objects.clear_cache()

    with CaptureQueriesContext(connection) as queries:
        response = staff_client.get(reverse(f"admin:{name}_{page}", args=[row.pk]))

    assert response.status_code == 200
    assert len(queries) <= QUERIES_AT_MOST, [query["sql"] for query in queries]
