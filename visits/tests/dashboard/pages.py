"""The report of a site as a browser asks for it: the page, and parts of it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from sites.models import Site


def report_url(site: Site, query: str = "") -> str:
    return reverse("site_report", args=[site.pk]) + query


def part(client: Client, site: Site, query: str, target: str) -> Any:
    headers = {"hx-request": "true", "hx-target": target}
    return client.get(report_url(site, query), headers=headers)
