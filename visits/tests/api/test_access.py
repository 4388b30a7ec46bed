"""Who gets what from the API: each route, each method, each role."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites.models import Site
from visits.api.urls import urlpatterns

# What an owner, a stranger and staff get from a route about the owner's site; anonymous always gets 401.
STATUSES = {
    "api_root": (200, 200, 200),
    "api_site_list": (200, 200, 200),
    "api_site": (200, 404, 404),
    "api_site_totals": (200, 404, 404),
    "api_site_timeseries": (200, 404, 404),
    "api_site_breakdown": (200, 404, 404),
    "api_unknown": (404, 404, 404),
}
PATHS = {
    "api_root": "",
    "api_site_list": "sites/",
    "api_site": "sites/{site}/",
    "api_site_totals": "sites/{site}/totals/",
    "api_site_timeseries": "sites/{site}/timeseries/",
    "api_site_breakdown": "sites/{site}/breakdown/page/",
    "api_unknown": "nothing/here/",
}
WRITES = ("post", "put", "patch", "delete")
every_route = pytest.mark.parametrize("name", PATHS)


def url(name: str, site: Site) -> str:
    return "/api/v1/" + PATHS[name].format(site=site.pk)


def test_every_route_has_its_line_in_the_table() -> None:
    names = {pattern.name for pattern in urlpatterns}

    assert names == set(PATHS) == set(STATUSES)


@every_route
def test_answers_by_role(
    name: str, client: Client, owner: User, stranger: User, staff: User, site: Site
) -> None:
    statuses = []

    for user in (owner, stranger, staff):
        client.force_login(user)
        response = client.get(url(name, site))
        statuses.append(response.status_code)
        assert response["Content-Type"] == "application/json"

    assert tuple(statuses) == STATUSES[name]


@every_route
@pytest.mark.parametrize("method", ["get", "head", "options", *WRITES])
def test_anonymous_is_refused_in_json_and_never_sent_to_sign_in(
    name: str, method: str, client: Client, site: Site
) -> None:
    response = getattr(client, method)(url(name, site))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Session"
    if method != "head":
        assert list(response.json()) == ["detail"]


def test_inactive_user_is_refused(client: Client, owner: User, site: Site) -> None:
    client.force_login(owner)
    User.objects.update(is_active=False)

    assert client.get(url("api_site", site)).status_code == 401


@every_route
@pytest.mark.parametrize("method", [*WRITES, "options"])
def test_nothing_is_written(
    name: str, method: str, owner_client: Client, owner: User, site: Site
) -> None:
    response = getattr(owner_client, method)(
        url(name, site), {"name": "Other"}, content_type="application/json"
    )

    assert response.status_code in {404, 405}
    assert Site.objects.get().name == "Example"


@every_route
def test_write_without_a_token_is_refused(name: str, owner: User, site: Site) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.post(url(name, site)).status_code == 403


@every_route
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
def test_posted_form_is_nothing_the_api_reads(
    name: str, content_type: str, owner: User, site: Site
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    # Which sets the cookie that a token is compared with.
    client.get(reverse("site_add"))

    response = client.post(url(name, site), "name=Other", content_type=content_type)

    assert response.status_code == 415
    assert list(response.json()) == ["detail"]


@every_route
def test_site_of_a_stranger_and_site_of_nobody_look_alike(
    name: str, client: Client, stranger: User, site: Site
) -> None:
    client.force_login(stranger)
    path = "/api/v1/" + PATHS[name]

    foreign = client.get(path.format(site=site.pk))
    missing = client.get(path.format(site=10**12))

    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)


@every_route
def test_path_without_its_last_slash_is_redirected(name: str, client: Client, site: Site) -> None:
    path = url(name, site).removesuffix("/")

    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, f"{path}/")


@pytest.mark.parametrize("path", ["sites/0/", "sites/x/", "sites/-1/", f"sites/{10**30}/totals/"])
def test_odd_site_numbers_are_nothing(path: str, owner_client: Client, site: Site) -> None:
    assert owner_client.get(f"/api/v1/{path}").status_code == 404


@every_route
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,*/*;q=0.8"])
def test_browser_gets_json_too(name: str, accept: str, owner_client: Client, site: Site) -> None:
    response = owner_client.get(url(name, site), headers={"accept": accept})

    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
