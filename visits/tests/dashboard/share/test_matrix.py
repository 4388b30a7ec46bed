"""Every route of sharing, by every method, for everybody: what is not listed as open is closed."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from visits.dashboard.share import urls
from visits.models import SharedLink
from visits.tests.named import make_link

PASSWORD = "correct horse"
SAFE = ("get", "head")
METHODS = (*SAFE, "post", "put", "patch", "delete", "options")
# What the readers of a link ask for, with the arguments beside its slug.
READ: dict[str, tuple[str, ...]] = {
    "shared_report": (),
    "shared_live": (),
    "shared_filter": (),
    "shared_details": ("page",),
    "embedded_report": ("auto",),
    "embedded_live": ("auto",),
    "embedded_filter": ("auto",),
    "embedded_details": ("auto", "page"),
    "shared_badge_svg": (),
    "shared_badge_json": (),
}
# What they send.
SENT = {"shared_password"}
# What owners do, and by which methods.
OWNED: dict[str, tuple[str, ...]] = {
    "site_sharing": SAFE,
    "site_sharing_public": ("post",),
    "site_link_add": (*SAFE, "post"),
    "site_link": (*SAFE, "post"),
    "site_link_revoke": (*SAFE, "post"),
}
OF_A_LINK = {"site_link", "site_link_revoke"}
# Everybody may send hits there: it is a door of collection.
OPEN_TO_HITS = {"collect_visit"}
SITE = "sites/<int:site_id>/"
FIELDS = {"name": "Customer", "panels": ["pages"], "password": "guess"}


def make_open_link(site: Site, **fields: Any) -> SharedLink:
    everything: dict[str, Any] = {"embed_origins": "https://example.com", "has_badge": True}
    panels = ["pages", "live", "hits"]
    return make_link(
        site, panels=panels, **(everything if "password" not in fields else {}), **fields
    )


def read_url(name: str, slug: str) -> str:
    return reverse(name, args=[slug, *READ.get(name, ())])


def owned_url(name: str, site: Site, link: SharedLink) -> str:
    return reverse(name, args=[site.pk, link.pk] if name in OF_A_LINK else [site.pk])


def send(client: Client, method: str, address: str) -> Any:
    return getattr(client, method)(address, FIELDS if method == "post" else None)


def sign_in(client: Client, person: User | None) -> Client:
    if person:
        client.force_login(person)
    return client


@pytest.fixture(params=["anonymous", "stranger", "owner"])
def anybody(request: pytest.FixtureRequest, client: Client, owner: User, stranger: User) -> Client:
    people = {"anonymous": None, "stranger": stranger, "owner": owner}
    return sign_in(client, people[request.param])


def test_every_route_is_listed_here() -> None:
    names = {pattern.name for pattern in urls.urlpatterns}

    assert names == READ.keys() | SENT | OWNED.keys()


def test_every_part_of_a_report_is_shared() -> None:
    """A part that its owner sees has the same answer behind the gates of links."""
    views = {inspect.unwrap(pattern.callback) for _, pattern in _site_routes()}

    assert {view for view in views if _takes_scope(view)} == {
        inspect.unwrap(part) for _, part, _ in urls.PARTS
    }


@pytest.mark.parametrize("name", READ)
def test_link_is_read_by_everybody_and_written_by_nobody(
    anybody: Client, site: Site, name: str
) -> None:
    address = read_url(name, make_open_link(site).slug)

    for method in METHODS:
        assert send(anybody, method, address).status_code == (200 if method in SAFE else 405)


@pytest.mark.parametrize("state", ["unknown", "expired", "revoked", "of a deleted site"])
def test_link_that_is_no_more_is_not_there_for_anybody(
    anybody: Client, site: Site, state: str
) -> None:
    link = make_open_link(site)
    slug = "A" * 22 if state == "unknown" else link.slug
    if state == "expired":
        SharedLink.objects.update(expires_at=timezone.now())
    if state == "revoked":
        link.delete()
    if state == "of a deleted site":
        Site.objects.filter(pk=site.pk).discard(timezone.now())

    for name in (*READ, *SENT):
        for method in METHODS:
            status = send(anybody, method, read_url(name, slug)).status_code
            is_offered = (method == "post") if name in SENT else method in SAFE
            assert status == (404 if is_offered else 405), (name, method)


def test_password_keeps_everybody_out(anybody: Client, site: Site) -> None:
    """Also the owner, who sees what readers see."""
    link = make_open_link(site, password=PASSWORD)

    for name in READ:
        response = anybody.get(read_url(name, link.slug))

        is_asked = name in {"shared_report", "shared_live", "shared_filter", "shared_details"}
        assert response.status_code == (200 if is_asked else 404)
        assert b"/static/css/report.css" not in response.content


@pytest.mark.parametrize("name", OWNED)
def test_links_are_made_by_owners_alone(
    client: Client, stranger: User, site: Site, name: str
) -> None:
    link = make_open_link(site)
    address = owned_url(name, site, link)
    client.force_login(stranger)

    for method in METHODS:
        anonymous, foreign = send(Client(), method, address), send(client, method, address)
        assert anonymous.status_code == 302
        assert anonymous["Location"].startswith(reverse("account_login"))
        assert foreign.status_code == (404 if method in OWNED[name] else 405)
    assert SharedLink.objects.get().name == "Customer"


@pytest.mark.parametrize("name", OWNED)
def test_owners_make_links_by_the_offered_methods(
    client: Client, owner: User, site: Site, name: str
) -> None:
    address = owned_url(name, site, make_open_link(site))
    client.force_login(owner)

    for method in METHODS:
        status = send(client, method, address).status_code
        assert status in ({200, 302} if method in OWNED[name] else {405})


@pytest.mark.parametrize("name", sorted(OF_A_LINK))
def test_link_of_another_site_is_not_there(
    client: Client, owner: User, stranger: User, site: Site, name: str
) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    client.force_login(owner)

    address = owned_url(name, site, make_open_link(other))

    assert client.get(address).status_code == 404
    assert client.post(address, FIELDS).status_code == 404
    assert SharedLink.objects.get().name == "Customer"


@pytest.mark.parametrize("method", METHODS)
def test_cookie_of_a_link_opens_nothing_else(client: Client, site: Site, method: str) -> None:
    link = make_open_link(site, password=PASSWORD)
    client.post(read_url("shared_password", link.slug), {"password": PASSWORD})
    client.cookies["share"]["path"] = "/"

    for route, pattern in _site_routes():
        if pattern.name not in OPEN_TO_HITS:
            response = send(client, method, _path(route, site))
            is_sent_away = response.status_code == 302 and "login" in response["Location"]
            assert is_sent_away or response.status_code in {403, 404, 405}, route


def _site_routes() -> Iterator[tuple[str, Any]]:
    """Yield every route that names a site, with its view."""
    for route, pattern in _routes(get_resolver(), ""):
        if route.startswith(SITE):
            yield route, pattern


def _routes(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _routes(pattern, route)


def _path(route: str, site: Site) -> str:
    """Return an address of a route; what else it names is the first, or the word “page”."""
    path = route.replace("<int:site_id>", str(site.pk))
    return "/" + re.sub(r"<[^>]*>", "page", re.sub(r"<int:[^>]*>", "1", path))


def _takes_scope(view: Any) -> bool:
    return "scope" in inspect.signature(view).parameters
