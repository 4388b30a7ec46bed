"""Payloads in every text that visitors and owners write: each page shows them as text, and nothing comes
of them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable

import pytest
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from sites.models import Site
from testing.pages import OF_ADMIN, OF_ANYBODY, OF_OWNERS, addresses
from testing.payloads import MARK, payloads
from testing.planting import plant_hits, plant_names, plant_refusals
from testing.tour import EDITOR, OPEN_MENUS, open_editor, open_tabs, read_series
from testing.watched import Complaints, settle, watch
from tests.walk.conftest import Open
from visits.models import Campaign, EventName, Goal, Language, Property, Screen, Source
from visits.models import Page as PageRow
from visits.reports.visible import visible

ALL, MANY = 1_000, 60
NAMED_AT_LEAST = 200
ALIENS_AT_LEAST = 100
# How many rows pages show at once: here all in the lists of details, and many elsewhere.
ALL_SHOWN = "visits.dashboard.details.table.ROWS_OF_PAGE"
MANY_SHOWN = (
    "visits.dashboard.panels.panel.PANEL_ROWS",
    "visits.dashboard.behaviour.events.ROWS_AT_MOST",
    "visits.dashboard.behaviour.properties.ROWS_AT_MOST",
    "visits.dashboard.behaviour.flow.ROWS_AT_MOST",
    "visits.dashboard.filters.values.OFFERED",
    "visits.dashboard.refusals.views.SAMPLES_PER_PAGE",
    "visits.dashboard.settings.goals.GOALS_PER_PAGE",
    "visits.dashboard.settings.funnels.FUNNELS_PER_PAGE",
)
# What a spreadsheet begins to calculate with.
CALCULATED = re.compile(r"[=+\-@\t\r\n|]")
NUMBER = re.compile(r"-\d+(\.\d+)?")
ALIENS = """({ mark, markup }) => {
    const found = [];
    const scripted = /^(javascript|vbscript|data|blob):/;
    const address = (value) => URL.parse(value, document.baseURI);
    const isAlien = ({ name, value }) => name.includes(mark) || /^on/.test(name)
        || ["srcdoc", "style"].includes(name) && value.includes(mark)
        || ["id", "class"].includes(name) && value.includes(mark)
        || /^(data-)?hx-(on|vals|vars|headers)/.test(name) && value.includes(mark)
        || /^(data-)?hx-(get|post|put|patch|delete)$/.test(name) && address(value)?.pathname.includes(mark)
        || /(href|src|action|data|poster|background)$/.test(name) && value.includes(mark)
            && scripted.test(address(value)?.protocol ?? "");
    const look = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.localName.includes(mark)) found.push(element.outerHTML.slice(0, 200));
            const alien = [...element.attributes].filter(isAlien);
            found.push(...alien.map(({ name, value }) => `${element.localName} ${name}=${value}`));
            if (element.content instanceof DocumentFragment) look(element.content);
        }
    };
    look(markup === undefined ? document : new DOMParser().parseFromString(markup, "text/html"));
    return found;
}"""


# Where each of them is shown whole, and the columns that keep it.
TEXTS: dict[str, tuple[type[Model], str]] = {
    "page": (PageRow, "path"),
    "title": (PageRow, "title"),
    "entry_page": (PageRow, "path"),
    "exit_page": (PageRow, "path"),
    "event": (EventName, "name"),
    "property": (Property, "key"),
    "property[kept]": (Property, "value"),
    "source": (Source, "name"),
    "referrer": (Source, "referrer"),
    "utm_source": (Campaign, "utm_source"),
    "utm_medium": (Campaign, "utm_medium"),
    "utm_campaign": (Campaign, "utm_campaign"),
    "utm_term": (Campaign, "utm_term"),
    "utm_content": (Campaign, "utm_content"),
    "goal": (Goal, "name"),
}
# Letters and digits alone are taken for a language or a screen, so no payload comes there.
NARROW_TEXTS = (Language, "code"), (Screen, "size")
LABELS = "(labels) => labels.map((label) => label.textContent)"
ANONYMOUS = OF_ANYBODY - {"account_login"}


@pytest.fixture
def planted(site: Site, values: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the payloads, when they are everywhere; pages show many of them."""
    monkeypatch.setattr(ALL_SHOWN, ALL)
    for name in MANY_SHOWN:
        monkeypatch.setattr(name, MANY)
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", MANY)
    texts = list(payloads())
    assert set(plant_hits(site, texts)) == {204}
    plant_refusals(site, texts[::20])
    with transaction.atomic():
        assert plant_names(site, texts[::4]) > NAMED_AT_LEAST
    Site.objects.filter(pk=site.pk).update(name="".join(texts[4:8])[:100])
    return texts


@pytest.fixture
def tab(open_browser: Open, owner: User, planted: list[str]) -> Page:
    return open_browser(owner).new_page()


# The editor suggests values of each dimension in the same way.
EDITED = ("page", "title", "referrer", "utm_campaign", "event")


def aliens(page: Page, said: Complaints) -> list[str]:
    """Return what came from a payload, and what the browser complained about since it was asked."""
    settle(page)
    return [*page.evaluate(ALIENS, {"mark": MARK}), *said.taken()]


def walk(page: Page, said: Complaints, pages: Iterable[str]) -> dict[str, list[str]]:
    """Return what came from payloads on each page where something did."""
    found = {}
    for address in pages:
        page.goto(address)
        found[address] = aliens(page, said)
    return {address: each for address, each in found.items() if each}


def stored(model: type[Model], field: str, site: Site) -> set[str]:
    """Return the payloads that are stored, as a page shows them."""
    rows = model._default_manager.filter(**{f"{field}__icontains": MARK})
    if hasattr(model, "site"):
        rows = rows.filter(site=site)
    return {visible(text).strip() for text in rows.values_list(field, flat=True)}


def lost_texts(page: Page, said: Complaints, site: Site) -> dict[str, set[str]]:
    """Return the payloads that the list of a dimension does not show as they are stored."""
    lost = {}
    for dimension, (model, field) in TEXTS.items():
        page.goto(reverse("site_details", args=[site.pk, dimension]))
        assert aliens(page, said) == []
        shown = page.locator("#details-table tbody th").evaluate_all(LABELS)
        lost[dimension] = stored(model, field, site) - {text.strip() for text in shown}
    return {dimension: texts for dimension, texts in lost.items() if texts}


def opened(page: Page, said: Complaints, site: Site) -> list[str]:
    """Return what comes of payloads in everything that opens on a report."""
    page.goto(reverse("site_report", args=[site.pk]))
    found = aliens(page, said)
    for _ in open_tabs(page):
        found += aliens(page, said)
    read_series(page)
    page.evaluate(OPEN_MENUS)
    found += aliens(page, said)
    open_editor(page)
    page.locator(EDITOR).get_by_role("link", name="Page", exact=True).click()
    page.locator("#filter-typed").press_sequentially("<")
    expect(page.locator("[data-filter-status]")).not_to_be_empty()
    found += aliens(page, said)
    page.locator(f"{EDITOR} input[name=value]").first.check()
    page.locator("[data-filter-apply]").click()
    expect(page.locator(".filter-words")).to_have_count(1)
    return found + aliens(page, said)


def admin_pages() -> list[str]:
    """Return the list of every model, and a page of one of each."""
    pages = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        if newest := model._default_manager.order_by("pk").last():
            pages.append(reverse(f"{name}_change", args=[newest.pk]))
    return pages


def test_report_shows_payloads_as_text(tab: Page, host: str, site: Site) -> None:
    said = watch(tab, host)

    assert lost_texts(tab, said, site) == {}
    assert opened(tab, said, site) == []
    for model, field in NARROW_TEXTS:
        assert stored(model, field, site) == set()


def test_nothing_comes_of_payloads_on_any_page(
    tab: Page, host: str, site: Site, values: dict[str, object]
) -> None:
    said = watch(tab, host)
    pages = addresses(OF_OWNERS | OF_ADMIN | ANONYMOUS, values).values()
    editor = reverse("site_filter", args=[site.pk])
    editors = [f"{editor}?on={name}" for name in EDITED]

    assert walk(tab, said, [*pages, *editors, *admin_pages()]) == {}


def test_files_calculate_nothing_of_payloads(
    client: Client, owner: User, site: Site, planted: list[str]
) -> None:
    client.force_login(owner)
    folder = reverse("site_export_all", args=[site.pk])
    pages = b"".join(client.get(folder))

    with zipfile.ZipFile(io.BytesIO(pages)) as packed:
        tables = {name: packed.read(name).decode() for name in packed.namelist()}
    tables["hits"] = b"".join(
        client.get(reverse("site_export_hits", args=[site.pk, "csv"]))
    ).decode()

    cells = [
        cell for table in tables.values() for row in csv.reader(io.StringIO(table)) for cell in row
    ]
    assert sum(MARK in cell for cell in cells) > len(planted)
    assert [cell for cell in cells if CALCULATED.match(cell) and not NUMBER.fullmatch(cell)] == []


def test_payloads_are_found_where_a_page_takes_them_for_more(open_browser: Open, host: str) -> None:
    """The tests above would be worth nothing if they saw nothing."""
    page = open_browser().new_page()
    said = watch(page, host)
    found = [page.evaluate(ALIENS, {"mark": MARK, "markup": text}) for text in payloads()]

    page.set_content("<svg onload=alert(1)><img src=http://elsewhere.example/>")
    settle(page)

    assert sum(map(bool, found)) > ALIENS_AT_LEAST
    assert "dialog: 1" in said
    assert "request: http://elsewhere.example/" in said
