"""What the writer makes of a site that was reset: what it remembers of it counts no more."""

from __future__ import annotations

import datetime as dt

import pytest

from sites.models import Site
from visits.collect.batch import Memory, write_batch
from visits.collect.dimension_ids import pages
from visits.collect.outcome import Engagement
from visits.models import Hit, Page, Visit
from visits.tests.collect.test_stitching import make_hit

RESET_AT = dt.datetime(2026, 5, 4, 12, 30, tzinfo=dt.UTC)


def reset(site: Site, at: dt.datetime = RESET_AT) -> None:
    newest = Visit.objects.order_by("-pk").values_list("pk", flat=True).first()
    Site.objects.filter(pk=site.pk).update(reset_at=at, last_reset_visit=newest or 0)


@pytest.fixture(params=[True, False], ids=["with a memory", "without"])
def memory(request: pytest.FixtureRequest) -> Memory | None:
    return Memory(1) if request.param else None


def test_visit_from_before_a_reset_is_not_continued(site: Site, memory: Memory | None) -> None:
    write_batch([make_hit(site, 0)], memory)
    reset(site)

    write_batch([make_hit(site, 10)], memory)
    write_batch([make_hit(site, 20)], memory)

    before, after = Visit.objects.order_by("pk")
    assert (before.pageviews, after.pageviews) == (1, 2)
    assert after.is_first
    assert after.visitor == after.pk
    flags = Hit.objects.order_by("pk").values_list("visit_id", "is_first_view")
    assert list(flags) == [(before.pk, True), (after.pk, True), (after.pk, False)]


def test_attention_to_a_page_from_before_a_reset_is_refused(
    site: Site, memory: Memory | None
) -> None:
    viewed = make_hit(site, 0)
    write_batch([viewed], memory)
    reset(site)

    attention = Engagement(
        site.pk, viewed.at + 5, viewed.day, viewed.visitor, None, viewed.page, 5, 1
    )
    [verdict] = write_batch([attention], memory)

    assert verdict == "no_view"
    assert Hit.objects.get().engaged_seconds is None


def test_visits_of_other_sites_go_on(site: Site, memory: Memory | None) -> None:
    other = Site.objects.create(owner=site.owner, name="Other", domain="other.example")
    write_batch([make_hit(other, 0)], memory)
    reset(site)

    write_batch([make_hit(site, 1), make_hit(other, 1)], memory)

    assert Visit.objects.get(site=other).pageviews == 2


@pytest.mark.django_db(transaction=True)
def test_page_that_went_with_a_reset_is_stored_again(site: Site, memory: Memory | None) -> None:
    """Also by a reset that finds no visit which it could name."""
    write_batch([make_hit(site, 0, "/a")], memory)
    for number in range(2):
        write_batch([make_hit(site, 0, "/a", visitor=number)], memory)
        Page.objects.all().delete()
        Visit.objects.all().delete()
        reset(site, RESET_AT + dt.timedelta(minutes=number))

    write_batch([make_hit(site, 40, "/a")], memory)

    assert Hit.objects.latest("pk").page == Page.objects.get()
    assert pages.known[site.pk, "example.com", "/a"] == Page.objects.get().pk
