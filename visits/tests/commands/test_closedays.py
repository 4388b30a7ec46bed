"""What an operator reads after `closedays`."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sites.models import Site
from visits.models import Archive, Hit, SiteDay
from visits.tests.factory import make_visit

MAY_3, MAY_4 = "2026-05-03", "2026-05-04"


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("closedays", *arguments, stdout=output)
    return output.getvalue()


def wrong(*arguments: str) -> tuple[str, str]:
    """Return what is written, and the sentence with which the command fails."""
    output = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("closedays", *arguments, stdout=output)
    return output.getvalue(), str(error.value)


@pytest.fixture
def busy(site: Site) -> Site:
    for day in (3, 4):
        make_visit(site, started_at=dt.datetime(2026, 5, day, 12, tzinfo=dt.UTC))
    return site


def test_days_are_closed_up_to_yesterday(busy: Site) -> None:
    # The third is yesterday, which had no visits.
    assert run() == "3 days closed.\n"
    assert run() == "0 days closed.\n"


def test_days_of_a_span_are_made_anew(busy: Site) -> None:
    run()
    SiteDay.objects.update(visits=9)

    assert run("--site", "example.com", "--from", MAY_4, "--to", MAY_4) == "1 day closed.\n"

    visits = dict(SiteDay.objects.values_list("day", "visits"))
    assert visits[dt.date(2026, 5, 4)] == 1
    assert visits[dt.date(2026, 5, 3)] == 9


def test_only_the_site_that_is_named_is_closed(busy: Site) -> None:
    other = Site.objects.create(owner=busy.owner, name="Other", domain="other.example")
    make_visit(other)

    run("--site", "other.example")

    assert set(SiteDay.objects.values_list("site", flat=True)) == {other.pk}


def test_verification_finds_nothing_wrong(busy: Site) -> None:
    run()

    assert run("--verify") == "3 days compared: all are right.\n"
    assert run("--verify", "--from", MAY_4, "--to", MAY_4) == "1 day compared: all are right.\n"


def test_verification_tells_wrong_sums(busy: Site) -> None:
    run()
    SiteDay.objects.filter(day=dt.date(2026, 5, 4)).update(pageviews=9)

    assert wrong("--verify") == (
        "example.com 2026-05-04: pageviews are 1 by the facts, 9 were stored.\n",
        "3 days compared: 1 wrong.",
    )


def test_verification_tells_what_nobody_marked_as_changed(busy: Site) -> None:
    run()
    Hit.objects.filter(day=dt.date(2026, 5, 4)).update(scroll_percent=50)

    assert wrong("--verify")[0] == (
        "example.com 2026-05-04: the hits in the archive are not those of the facts.\n"
    )


def test_verification_tells_lost_and_damaged_files(busy: Site, archive_of_our_own: Path) -> None:
    run()
    path = archive_of_our_own / Archive.objects.get().visits_file
    path.write_bytes(path.read_bytes()[:-1])

    assert "2026-05: a file of the archive is lost or damaged" in wrong("--verify")[0]
    path.unlink()
    assert "2026-05: a file of the archive is lost or damaged" in wrong("--verify")[0]
    assert Archive.objects.get().layout == 1


def test_verification_tells_days_that_reports_take_for_empty(busy: Site) -> None:
    run()
    SiteDay.objects.filter(day=dt.date(2026, 5, 4)).delete()

    assert wrong("--verify")[0] == ("example.com 2026-05-04: the day has visits and no row.\n")


def test_changed_day_is_no_mistake(busy: Site) -> None:
    run()
    SiteDay.objects.filter(day=dt.date(2026, 5, 4)).update(changes=5, visits=7)

    assert run("--verify") == "2 days compared: all are right.\n"


def test_day_that_cannot_be_closed_is_a_failure(
    busy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OverflowError

    monkeypatch.setattr("visits.upkeep.month.MonthClosing.close", fail)

    assert wrong() == ("0 days closed.\n", "Not all days could be closed; the log says why.")


def test_archive_that_cannot_be_written_is_a_failure(busy: Site, archive_of_our_own: Path) -> None:
    archive_of_our_own.parent.mkdir(parents=True, exist_ok=True)
    archive_of_our_own.write_text("a file where the folder should be")

    assert wrong()[1] == "The archive could not be written; the log says why."
    assert SiteDay.objects.closed().count() == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--site", "nowhere.example"), "There is no site nowhere.example."),
        (("--from", "May"), "“May” is not a day such as 2026-05-31."),
        (("--from", MAY_4, "--to", MAY_3), "--from is after --to."),
    ],
)
def test_what_is_not_understood_is_said(
    db: None, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in wrong(*arguments)[1]


def test_answers_of_both_are_json_on_request(busy: Site) -> None:
    closed = json.loads(run("--json"))
    right = json.loads(run("--verify", "--json"))
    SiteDay.objects.filter(day=dt.date(2026, 5, 4)).update(visits=99)

    answer, _ = wrong("--verify", "--json")

    assert closed == {"closed": 3, "failures": 0}
    assert right == {"compared": 3, "wrong": []}
    assert json.loads(answer)["wrong"] == [
        "example.com 2026-05-04: visits are 1 by the facts, 99 were stored."
    ]
