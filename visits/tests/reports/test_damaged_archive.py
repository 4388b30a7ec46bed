"""Files of the archive that are damaged: noticed, and answered by the facts as long as there are any."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from sites.models import Site
from visits.models import Archive, SiteDay
from visits.reports.archive_columns import forget_columns
from visits.reports.breakdown import breakdown
from visits.reports.days import ONE_DAY
from visits.reports.lost_days import LostDays
from visits.reports.period import Period
from visits.reports.query import ReportQuery
from visits.reports.totals import totals
from visits.tests.factory import NOON, make_visit
from visits.upkeep.closing import close_days

pytestmark = pytest.mark.django_db

YESTERDAY = NOON.date() - ONE_DAY


@pytest.fixture
def closed(site: Site) -> Site:
    for number in range(20):
        make_visit(site, started_at=NOON - ONE_DAY, pageviews=["/", f"/{number}"])
    close_days(NOON)
    forget_columns()
    return site


def query(site: Site) -> ReportQuery:
    return ReportQuery((site,), Period.custom(YESTERDAY, YESTERDAY))


def hits_file(site: Site) -> Path:
    return Path(settings.ARCHIVE_URL) / Archive.objects.get(site=site).hits_file


def views_of_front_page(site: Site) -> tuple[object, ...]:
    return breakdown(query(site), "page", ["pageviews", "visitors"]).rows[0].values


def damage(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.chmod(0o600)
    path.write_bytes(content)


def test_wrong_bit_is_noticed_wherever_it_is(closed: Site) -> None:
    path = hits_file(closed)
    whole = path.read_bytes()

    for place in range(0, len(whole), 97):
        damage(path, place)
        forget_columns()
        assert views_of_front_page(closed) == (20, 20), place
        path.write_bytes(whole)


def test_file_that_is_gone_is_answered_by_the_facts(closed: Site) -> None:
    hits_file(closed).unlink()

    assert views_of_front_page(closed) == (20, 20)


def test_question_is_refused_when_neither_files_nor_facts_are_left(closed: Site) -> None:
    SiteDay.objects.filter(site=closed, day=YESTERDAY).update(is_pruned=True)
    hits_file(closed).unlink()

    with pytest.raises(LostDays, match="May 2026 were removed"):
        views_of_front_page(closed)
    assert totals(query(closed), ["visitors"]).rows[0].values == (20,)
