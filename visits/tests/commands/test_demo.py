"""What an operator can do with `demo`, and what it prints."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Q, Sum

from accounts.models import User
from sites.models import Site
from visits.demo import making
from visits.demo.owner import get_or_make_demo_site, sign_in
from visits.demo.plan import Plan
from visits.models import Hit, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("demo", "--days", "3", "--visits-per-day", "8", *arguments, stdout=output)
    return output.getvalue()


def test_printed_numbers_are_those_of_the_tables(site: Site) -> None:
    output = run("--site", site.domain, "--until", "2026-05-04")

    total = re.search(r"^total +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$", output, re.MULTILINE)
    assert total is not None
    stored = Visit.objects.aggregate(
        visitors=Count("pk", filter=Q(is_first=True)),
        visits=Count("pk"),
        views=Sum("pageviews"),
        actions=Sum("events"),
        bounces=Count("pk", filter=Q(is_bounce=True)),
    )
    assert [int(number) for number in total.groups()] == list(stored.values())


def test_heading_says_what_was_made(site: Site) -> None:
    output = run("--site", site.key, "--until", "2026-05-04", "--seed", "7")

    assert output.startswith(
        f"example.com, number {site.pk}: 3 days from 2026-05-02 to 2026-05-04, "
        "Europe/Berlin, seed 7.\n"
    )
    assert "Refused: " in output


def test_same_options_print_the_same_numbers(site: Site, stranger: User) -> None:
    other = Site.objects.create(
        owner=stranger, name="Other", domain="example.com", time_zone="Europe/Berlin"
    )

    first = run("--site", str(site.pk), "--until", "2026-05-04")
    second = run("--site", str(other.pk), "--until", "2026-05-04")

    assert first.splitlines()[1:] == second.splitlines()[1:]


def test_last_day_ends_at_the_midnight_of_the_site(site: Site) -> None:
    run("--site", site.domain, "--until", "2026-05-04")

    days = set(Visit.objects.values_list("day", flat=True))
    assert days == {dt.date(2026, 5, day) for day in (2, 3, 4)}


def test_demo_site_is_made_when_missing() -> None:
    output = run()

    demo = sign_in()
    assert demo is not None
    assert f"Sign in as demo@example.com with the password {demo.password}" in output
    assert Visit.objects.filter(site=get_or_make_demo_site()).exists()


def test_traffic_is_not_doubled(site: Site) -> None:
    run("--site", site.domain)
    hits = Hit.objects.count()

    with pytest.raises(CommandError, match=r"has traffic.* Name an empty site"):
        run("--site", site.domain, "--again")

    assert Hit.objects.count() == hits


def test_demo_site_is_made_anew_on_request() -> None:
    run("--until", "2026-05-04")
    visits = Visit.objects.count()
    with pytest.raises(CommandError, match="Add --again"):
        run("--until", "2026-05-04")

    run("--until", "2026-05-04", "--again")

    assert Visit.objects.count() == visits


def test_wrong_option_leaves_the_demo_site_alone() -> None:
    run()
    hits = Hit.objects.count()

    with pytest.raises(CommandError, match="in the future"):
        run("--until", "2199-01-01", "--again")

    assert Hit.objects.count() == hits


def test_unfinished_demo_is_completed() -> None:
    site = get_or_make_demo_site()
    making.fill_site(site, _short_plan(site))
    assert sign_in() is None

    run()

    assert sign_in() is not None


def _short_plan(site: Site) -> Plan:
    return Plan(site.domain, site.zone, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), days=1)


def test_interruption_empties_the_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "_store", interrupt)

    with pytest.raises(CommandError, match=r"Interrupted. example\.com is empty again"):
        run("--site", site.domain)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--site", "example.org"], "There is no site example.org"),
        (["--days", "0"], "from 1 to 3660"),
        (["--days", "x"], "invalid"),
        (["--visits-per-day", "0"], "more than 0"),
        (["--visits-per-day", "nan"], "more than 0"),
        (["--until", "yesterday"], "invalid"),
    ],
)
def test_wrong_option_is_explained(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)

    assert not User.objects.exists()
