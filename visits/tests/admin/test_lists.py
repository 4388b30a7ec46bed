"""Every list of visits: as many queries for thirty rows as for three, and rows that nobody changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits import models as visits
from visits.tests import factory
from visits.tests.admin import factories

MAKERS: dict[type[models.Model], Callable[[Site, int], Any]] = {
    visits.Hit: lambda site, n: factories.make_hit(
        site, f"/{n}", event=f"Event {n}", visit=factories.make_visit(site)
    ),
    visits.Visit: lambda site, n: factories.make_visit(site, f"/{n}"),
    visits.Refusal: lambda site, n: factories.make_refusal(site, hours_ago=n),
    visits.LogImport: lambda site, n: factories.make_log_import(site, lines=n),
    visits.Page: lambda site, n: factory.make_page(site, f"/{n}"),
    visits.EventName: lambda site, n: factory.make_event_name(site, f"Event {n}"),
    visits.Property: lambda site, n: factories.make_property(site, f"Value {n}"),
    visits.Source: lambda site, n: factories.make_source(f"Source {n}"),
    visits.Client: lambda site, n: factories.make_client(f"Browser {n}"),
    visits.Location: lambda site, n: factories.make_location(f"City {n}"),
    visits.Campaign: lambda site, n: factories.make_campaign(f"Campaign {n}"),
    visits.Screen: lambda site, n: visits.Screen.objects.create(size=f"{n}x100"),
    visits.Language: lambda site, n: visits.Language.objects.create(code=f"l{n}"),
}
# Session, user, count and rows; then the sites of the filter and one query for each dimension.
QUERIES = {
    visits.Hit: 12,  # the visit, through which source and place are found
    visits.Visit: 10,
    visits.Refusal: 6,
    visits.LogImport: 6,
    visits.Page: 6,
    visits.EventName: 6,
    visits.Property: 6,
}
QUERIES_WITHOUT_SITE = 4
every_list = pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)


def make_rows(model: type[models.Model], owner: User, numbers: range) -> None:
    """Make a row for each number, each of a site of its own."""
    for number in numbers:
        site = Site.objects.create(
            owner=owner, name=f"Site {number}", domain=f"{number}.example.com"
        )
        MAKERS[model](site, number)


def list_url(model: type[models.Model]) -> str:
    return reverse(f"admin:visits_{model._meta.model_name}_changelist")


def page_url(row: models.Model, page: str = "change") -> str:
    return reverse(f"admin:visits_{row._meta.model_name}_{page}", args=[row.pk])


@every_list
def test_list_asks_as_often_for_thirty_rows_as_for_three(
    model: type[models.Model], staff_client: Client, owner: User
) -> None:
    counts = []

    for numbers in (range(3), range(3, 30)):
        make_rows(model, owner, numbers)
        with CaptureQueriesContext(connection) as queries:
            response = staff_client.get(list_url(model))
        counts.append(len(queries))

    assert response.context["cl"].result_count == 30
    assert counts == [QUERIES.get(model, QUERIES_WITHOUT_SITE)] * 2


@every_list
def test_row_has_a_page(model: type[models.Model], staff_client: Client, owner: User) -> None:
    make_rows(model, owner, range(1))
    row = model._default_manager.get()

    response = staff_client.get(page_url(row))

    assert response.status_code == 200
    assert 'name="_save"' not in response.content.decode()


@every_list
def test_nobody_adds_changes_or_deletes_a_row(
    model: type[models.Model], staff_client: Client, owner: User
) -> None:
    make_rows(model, owner, range(1))
    row = model._default_manager.get()
    add_url = reverse(f"admin:visits_{model._meta.model_name}_add")

    answers = [
        staff_client.get(add_url),
        staff_client.post(add_url, {}),
        staff_client.post(page_url(row), {}),
        staff_client.get(page_url(row, "delete")),
        staff_client.post(page_url(row, "delete"), {"post": "yes"}),
    ]
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff_client.post(list_url(model), action)

    assert [answer.status_code for answer in answers] == [403] * 5
    assert model._default_manager.count() == 1


@every_list
def test_owner_is_sent_away(
    model: type[models.Model], client: Client, owner: User, site: Site
) -> None:
    row = MAKERS[model](site, 1)
    client.force_login(owner)

    answers = [client.get(list_url(model)), client.get(page_url(row))]

    assert all(answer.status_code in {302, 403} for answer in answers)


@every_list
def test_staff_without_permissions_see_nothing(
    model: type[models.Model], client: Client, stranger: User, site: Site
) -> None:
    row = MAKERS[model](site, 1)
    stranger.is_staff = True
    stranger.save()
    client.force_login(stranger)

    answers = [client.get(list_url(model)), client.get(page_url(row))]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_staff_see_what_they_have_the_permission_for(
    client: Client, stranger: User, site: Site
) -> None:
    hit = factories.make_hit(site)
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="view_hit"))
    client.force_login(stranger)

    assert client.get(list_url(visits.Hit)).status_code == 200
    assert client.get(page_url(hit)).status_code == 200
    assert client.get(list_url(visits.Visit)).status_code == 403


@pytest.mark.parametrize("model", [visits.Salt, visits.OpenVisit, visits.HitProperty])
def test_secrets_have_no_pages(model: type[models.Model], staff_client: Client) -> None:
    response = staff_client.get(f"/admin/visits/{model._meta.model_name}/")

    assert response.status_code == 404


def test_every_filter_of_a_list_may_be_asked_for(rf: RequestFactory, staff: User) -> None:
    request = rf.get("/")
    request.user = staff

    for admin_of in admin.site._registry.values():
        specs = admin_of.get_changelist_instance(request).filter_specs
        names = [name for spec in specs for name in spec.expected_parameters() if name]

        assert all(admin_of.lookup_allowed(name, "1", request) for name in names), admin_of
