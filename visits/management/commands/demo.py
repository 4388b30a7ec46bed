"""Fill a site with believable traffic."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.demo import DOMAIN, EMAIL
from sites.lookup import UnclearSite, find_site
from sites.models import Site
from visits.demo import owner as demo_owner
from visits.demo.making import empty_site, has_traffic
from visits.demo.plan import Plan
from visits.demo.truth import Totals, Truth

MAX_DAYS = 3660
ONE_DAY = dt.timedelta(days=1)


class Command(BaseCommand):
    help = (
        "Fills a site with believable traffic through the same pipeline and writer as real hits, and "
        "prints the numbers that its reports must show. The same seed makes the same traffic."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--site",
            metavar="DOMAIN",
            help="domain, key or number of a site without traffic; default: the demo site, which is "
            "made when missing",
        )
        parser.add_argument("--days", type=_days, default=365, help="default: 365")
        parser.add_argument(
            "--visits-per-day",
            type=_visits,
            default=30,
            metavar="N",
            help="on average; default: 30",
        )
        parser.add_argument("--seed", type=int, default=1, help="default: 1")
        parser.add_argument(
            "--until",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="the last day, such as 2026-05-04; default: today, until now",
        )
        parser.add_argument(
            "--again", action="store_true", help="empty the demo site first; no other site"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = _find_site(options["site"])
        plan = Plan(
            domain=site.domain,
            zone=site.zone,
            until=_end(options["until"], site, timezone.now()),
            days=options["days"],
            visits_per_day=options["visits_per_day"],
            seed=options["seed"],
        )
        _make_room(site, is_again=options["again"])
        try:
            truth = demo_owner.fill_with_progress(site, plan)
        except KeyboardInterrupt as error:
            raise CommandError(f"Interrupted. {site.domain} is empty again.") from error
        self.stdout.write(_heading(site, plan))
        self.stdout.write("\n".join(table(truth)))
        if demo_owner.is_unfinished(site.owner):
            demo_owner.finish(site.owner)
        if site.owner.email == EMAIL and (demo := demo_owner.sign_in()):
            self.stdout.write(f"Sign in as {demo.email} with the password {demo.password}")


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= MAX_DAYS:
        raise ArgumentTypeError(f"from 1 to {MAX_DAYS}")
    return days


def _visits(text: str) -> float:
    visits = float(text)
    if not 0 < visits < float("inf"):
        raise ArgumentTypeError("more than 0")
    return visits


def _find_site(text: str | None) -> Site:
    if text is None:
        return demo_owner.get_or_make_demo_site()
    try:
        return find_site(text)
    except UnclearSite as error:
        raise CommandError(str(error)) from error


def _make_room(site: Site, *, is_again: bool) -> None:
    """Make sure that the site has no traffic. It is only ever removed from the demo site."""
    is_demo_site = (site.owner.email, site.domain) == (EMAIL, DOMAIN)
    if is_demo_site and (is_again or demo_owner.is_unfinished(site.owner)):
        empty_site(site)
    if has_traffic(site):
        way_out = "Add --again to make it anew." if is_demo_site else "Name an empty site."
        raise CommandError(f"{site.domain} has traffic, which the demo would mix with. {way_out}")


def _end(last_day: dt.date | None, site: Site, now: dt.datetime) -> dt.datetime:
    """Return the instant before which everything happens."""
    today = site.day_of(now)
    if last_day is None or last_day == today:
        return now
    if last_day > today:
        raise CommandError(f"The last day is in the future; today is {today}.")
    return dt.datetime.combine(last_day + ONE_DAY, dt.time(), site.zone)


# What is printed


def _heading(site: Site, plan: Plan) -> str:
    return (
        f"{site.domain}, number {site.pk}: {plan.days} days from {plan.first_day} to "
        f"{plan.last_day}, {site.time_zone}, seed {plan.seed}."
    )


def table(truth: Truth) -> list[str]:
    """Return the lines of a table: each month, all days, and what was refused."""
    head = ("", "visitors", "visits", "pageviews", "events", "bounces")
    lines = [_row(head)]
    lines += [_row((month, *_numbers(totals))) for month, totals in truth.months()]
    lines.append(_row(("total", *_numbers(truth.totals()))))
    refused = ", ".join(f"{reason} {count:,}" for reason, count in truth.refused.most_common())
    lines.append(f"Refused: {truth.refused.total():,}" + (f" ({refused})." if refused else "."))
    lines.append("Visitors are counted once a day; a month has the sum of its days.")
    return lines


def _numbers(totals: Totals) -> list[str]:
    numbers = (totals.visitors, totals.visits, totals.pageviews, totals.events, totals.bounces)
    return [f"{number:,}" for number in numbers]


def _row(cells: tuple[str, ...]) -> str:
    return f"{cells[0]:<8}" + "".join(f"{cell:>12}" for cell in cells[1:])
