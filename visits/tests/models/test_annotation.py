"""Notes on days: what one is, and how long it stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from sites.models import Site
from visits.models import Annotation, annotation
from visits.tests.factory import NOON, make_visit
from visits.tests.named import make_annotation
from visits.upkeep.removal import begin_reset, finish_removal

pytestmark = pytest.mark.django_db
DAY = NOON.date()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be blank"),
        ("Two\nlines", "has a line break"),
        ("Nothing\x00", "control character"),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_note_is_one_line_of_words(site: Site, text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Annotation(site=site, day=DAY, text=text).full_clean()


@pytest.mark.parametrize("day", [dt.date(1969, 12, 31), dt.date(2201, 1, 1)])
def test_note_is_on_a_day_that_a_report_can_show(site: Site, day: dt.date) -> None:
    with pytest.raises(ValidationError, match="between 1970 and 2200"):
        Annotation(site=site, day=day, text="Long ago").full_clean()


def test_database_refuses_a_note_without_words(site: Site) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_annotation(site, "")


def test_site_has_so_many_notes_at_most(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotation, "ANNOTATIONS_AT_MOST", 1)
    first = make_annotation(site)

    first.full_clean()
    with pytest.raises(ValidationError, match="1 notes at most"):
        Annotation(site=site, day=DAY, text="One more").full_clean()


def test_notes_of_days_come_in_their_order_with_both_ends(site: Site, stranger: User) -> None:
    other = Site.objects.create(owner=stranger, name="Other", domain="other.example")
    make_annotation(other, "Elsewhere")
    for shift in (3, 0, -1, 2):
        make_annotation(site, str(shift), DAY + dt.timedelta(days=shift))

    found = Annotation.objects.of_days(site, DAY, DAY + dt.timedelta(days=2))

    assert [each.text for each in found] == ["0", "2"]


def test_note_stays_when_its_author_goes(site: Site, stranger: User) -> None:
    note = make_annotation(site, written_by=stranger)

    stranger.delete()

    note.refresh_from_db()
    assert note.written_by is None


def test_reset_keeps_notes_and_deletion_takes_them(site: Site) -> None:
    make_visit(site)
    make_annotation(site)

    begin_reset(site, NOON)
    finish_removal(site)
    kept = Annotation.objects.count()
    Site.objects.all().discard(NOON)
    finish_removal(Site.with_deleted.get())

    assert (kept, Annotation.objects.count()) == (1, 0)
