"""What a page is called: noted with its row, changed now and then, and never worth a refusal."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from sites.models import Site
from visits.collect import dimension_ids
from visits.collect.batch import write_batch
from visits.collect.dimension_ids import OTHER, forget_dimension_ids
from visits.collect.outcome import Engagement
from visits.collect.page import PageKey
from visits.models import Hit, Page, Refusal
from visits.tests.collect.conftest import Ask, make_beacon
from visits.tests.collect.outcomes import DAY, NOON, make_new_hit

HOUR = 3600


def title() -> str:
    return Page.objects.get().title


def make_engagement(site: Site, **fields: Any) -> Engagement:
    return Engagement(
        site.pk, NOON + 60, DAY, 1, None, PageKey("example.com", "/"), 5, 60, **fields
    )


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("Pricing", "Pricing"),
        ("  Über\u0000 uns\n", "Über uns"),
        ("x" * 300, "x" * 200),
        ("", ""),
        (None, ""),
        (7, ""),
        (["Pricing"], ""),
        ({"title": "Pricing"}, ""),
    ],
)
def test_page_is_called_what_its_view_says(ask: Ask, site: Site, sent: Any, stored: str) -> None:
    reply = ask("POST", "/t", make_beacon(site, title=sent))

    assert (reply.status, reply.refusal) == (204, None)
    assert title() == stored
    assert Hit.objects.count() == 1
    assert not Refusal.objects.exists()


def test_page_without_a_title_has_an_empty_one(ask: Ask, site: Site) -> None:
    ask("POST", "/t", make_beacon(site))

    assert title() == ""


def test_title_of_an_event_is_that_of_a_page_first_seen_with_it(ask: Ask, site: Site) -> None:
    ask("POST", "/t", make_beacon(site, name="Signup", title="Pricing"))
    ask("POST", "/t", make_beacon(site, name="Signup", title="Thank you"))

    assert title() == "Pricing"


@pytest.fixture(params=["remembered", "forgotten"])
def write(request: pytest.FixtureRequest) -> Any:
    """Write each outcome in a batch of its own, by a process that knows the page or one that does not."""

    def write_each(*outcomes: Any) -> None:
        for outcome in outcomes:
            if request.param == "forgotten":
                forget_dimension_ids()
            write_batch([outcome])

    return write_each


@pytest.mark.django_db(transaction=True)
def test_later_view_changes_the_title(site: Site, write: Any) -> None:
    write(make_new_hit(site.pk, title="Old"), make_new_hit(site.pk, seconds=1, title="New"))

    assert title() == "New"


@pytest.mark.django_db(transaction=True)
def test_view_without_a_title_changes_nothing(site: Site, write: Any) -> None:
    write(make_new_hit(site.pk, title="Old"), make_new_hit(site.pk, seconds=1))

    assert title() == "Old"


@pytest.mark.django_db(transaction=True)
def test_page_that_had_no_title_gets_one(site: Site, write: Any) -> None:
    write(make_new_hit(site.pk), make_new_hit(site.pk, seconds=1, title="New"))

    assert title() == "New"


@pytest.mark.django_db(transaction=True)
def test_attention_tells_the_title_that_a_view_could_not_know(site: Site, write: Any) -> None:
    write(make_new_hit(site.pk), make_engagement(site, title="Settings"))

    assert title() == "Settings"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("seconds", "changed"), [(HOUR, "B"), (HOUR + 1, "C")])
def test_title_changes_once_an_hour(site: Site, seconds: int, changed: str) -> None:
    write_batch([make_new_hit(site.pk, title="A")])
    write_batch([make_new_hit(site.pk, seconds=1, title="B")])

    write_batch([make_new_hit(site.pk, seconds=seconds, title="C")])

    assert title() == changed


@pytest.mark.django_db(transaction=True)
def test_change_that_was_rolled_back_is_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_batch([make_new_hit(site.pk, title="Old")])

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("visits.collect.batch._save", fail)
        with pytest.raises(RuntimeError):
            write_batch([make_new_hit(site.pk, seconds=1, title="New")])
    write_batch([make_new_hit(site.pk, seconds=2, title="New")])

    assert title() == "New"


@pytest.mark.django_db(transaction=True)
def test_only_a_change_takes_a_statement(site: Site) -> None:
    write_batch([make_new_hit(site.pk, title="A")])

    counts = []
    for number, sent in enumerate(("", "A", "B", "B", "C")):
        statements: list[Any] = []
        with connection.execute_wrapper(
            lambda execute, *args, seen=statements: (seen.append(args[0]), execute(*args))[1]
        ):
            write_batch([make_new_hit(site.pk, seconds=number, title=sent)])
        counts.append(sum("UPDATE visits_page" in statement for statement in statements))

    if connection.vendor == "sqlite":
        assert counts == [0, 0, 1, 0, 0]
    assert title() == "B"


@pytest.mark.django_db(transaction=True)
def test_pages_beyond_the_quota_have_no_title(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dimension_ids, "NEW_VALUES_PER_DAY", 0)

    for path in ("/a", "/b"):
        write_batch([make_new_hit(site.pk, path=path, title=f"Page {path}")])

    page = Page.objects.get()
    assert (page.path, page.title) == (OTHER, "")


@pytest.mark.django_db(transaction=True)
def test_many_titles_of_a_batch_are_changed_at_once(site: Site) -> None:
    paths = [f"/{number}" for number in range(300)]
    write_batch([make_new_hit(site.pk, path=path) for path in paths])

    write_batch([make_new_hit(site.pk, path=path, seconds=1, title=f"At {path}") for path in paths])

    assert {page.title for page in Page.objects.all()} == {f"At {path}" for path in paths}


def test_memory_of_titles_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dimension_ids, "KNOWN_MAX_COUNT", 10)
    for number in range(50):
        write_batch([make_new_hit(site.pk, path=f"/{number}", title="T")])

    assert len(dimension_ids.pages.titles) <= 11
