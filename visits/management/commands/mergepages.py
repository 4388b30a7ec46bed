"""Give what happened on one page to another."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sites.models import Site
from visits.management.counted import counted
from visits.management.selecting import site_of, with_progress
from visits.models import Page
from visits.upkeep.pages import PagesDiffer, check_pages, count_of, merge_steps, page_at
from visits.upkeep.steps import take_steps


class Command(BaseCommand):
    help = (
        "Makes the hits of one page hits of another one of the same host, as when two addresses show "
        "the same page, or a page has moved. With --rename the other one may be new. What arrives "
        "later under the old address is counted under that again. This cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", metavar="DOMAIN", help="its domain, key or number")
        parser.add_argument("path", metavar="PATH", help="of the page that goes, such as /old")
        parser.add_argument("into", metavar="INTO", help="of the page that gets its hits")
        parser.add_argument("--host", help="the host of both; needed where several have the path")
        parser.add_argument("--rename", action="store_true", help="make the page when it is new")
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        site = site_of(options["site"])
        page = _page(site, options["path"], options["host"])
        try:
            counts = _merge(page, options)
        except PagesDiffer as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            answer = {"site": site.domain, "page": page.path, "into": options["into"]}
            self.stdout.write(json.dumps(answer | counts | {"dry_run": options["dry_run"]}))
            return
        verb = "would become" if options["dry_run"] else "became"
        self.stdout.write(
            f"{counted(counts['hits'], 'hit')} of {page.path} {verb} hits of {options['into']}."
        )


def _merge(page: Page, options: dict[str, Any]) -> dict[str, int]:
    if options["dry_run"] and options["rename"]:
        return {"hits": count_of(page)["hits"]}
    if options["rename"]:
        target = page_at(page, options["into"])
    else:
        target = _page(page.site, options["into"], page.hostname)
    check_pages(page, target)
    hits = count_of(page)["hits"]
    if options["dry_run"]:
        return {"hits": hits}
    merged = take_steps(with_progress(merge_steps(page, target), hits, "Merging"))
    return {"hits": merged["hits"]}


def _page(site: Site, path: str, host: str | None) -> Page:
    """Return the page of a site with a path. Raises CommandError."""
    pages = Page.objects.filter(site=site, path=path)
    if host is not None:
        pages = pages.filter(hostname=host)
    found = list(pages.order_by("hostname"))
    if not found:
        raise CommandError(f"{site.domain} has no page {path}.")
    if len(found) > 1:
        hosts = ", ".join(page.hostname for page in found)
        raise CommandError(f"Several hosts have the page {path}: name one with --host ({hosts}).")
    return found[0]
