"""Notes in the admin."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sites.models import Site
from visits.models import Annotation
from visits.tests.named import make_annotation


def test_list_asks_as_often_for_many_notes_as_for_few(staff_client: Client, site: Site) -> None:
    counts = []

    for number in range(12):
        make_annotation(site, f"Note {number}", written_by=site.owner)
        with CaptureQueriesContext(connection) as queries:
            page = staff_client.get(reverse("admin:visits_annotation_changelist")).content.decode()
        counts.append(len(queries))

    assert "Note 11" in page
    assert "2026-05-04" in page
    assert counts[0] == counts[-1]


@pytest.mark.parametrize(("text", "is_stored"), [("Newsletter", True), ("Two\nlines", False)])
def test_note_is_checked_as_its_owner_would_be(
    staff_client: Client, site: Site, text: str, is_stored: bool
) -> None:
    fields = {"site": site.pk, "day": "2026-05-04", "text": text}

    staff_client.post(reverse("admin:visits_annotation_add"), fields)

    assert Annotation.objects.exists() is is_stored


def test_day_of_a_note_is_chosen_from_a_calendar(staff_client: Client, site: Site) -> None:
    note = make_annotation(site)

    page = staff_client.get(reverse("admin:visits_annotation_change", args=[note.pk])).content

    assert b'value="2026-05-04" class="vDateField"' in page
