"""Lines of days that a site does not keep, and of a site that is emptied meanwhile."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sites.models import Site
from visits.exchange import importing
from visits.exchange.importing import LogImportError, import_log
from visits.models import Hit, LogImport, Refusal, RefusalReason, SiteDay, Visit
from visits.tests.exchange.lines import NOW, make_lines
from visits.upkeep.removal import begin_reset, finish_removal


def keep(site: Site, days: int) -> None:
    site.keeps_facts_days = days
    site.save()


@pytest.mark.parametrize(("days", "counted"), [(10, 2), (9, 0)])
def test_lines_of_days_that_are_not_kept_are_refused(
    log: Path, site: Site, days: int, counted: int
) -> None:
    log.write_text(make_lines("/a", "/b"))
    keep(site, days)

    result = import_log(log, site, NOW + dt.timedelta(days=10))

    assert (result.counted, result.refused[RefusalReason.EXPIRED]) == (counted, 2 - counted)
    assert sum(Refusal.objects.values_list("count", flat=True)) == 2 - counted
    assert Hit.objects.count() == counted


def test_lines_that_are_no_page_have_that_reason_however_old_they_are(
    log: Path, site: Site
) -> None:
    log.write_text(make_lines("/a", "/b.css"))
    keep(site, 7)

    result = import_log(log, site, NOW + dt.timedelta(days=10))

    assert result.refused == {"expired": 1, "asset": 1}


def test_lines_of_a_day_whose_facts_were_removed_are_refused(log: Path, site: Site) -> None:
    """The site keeps more days now than when they were removed."""
    log.write_text(make_lines("/a"))
    SiteDay.objects.create(site=site, day=dt.date(2026, 5, 4), is_pruned=True, visits=5)

    result = import_log(log, site, NOW)

    assert result.refused == {"expired": 1}
    assert SiteDay.objects.get().changes == 0


def test_day_whose_facts_are_removed_during_an_import_is_noticed(
    log: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the judgement of the lines and their storing; nothing of the first try is left."""
    log.write_text(make_lines("/a", "/b") + make_lines("/c").replace("04/May", "05/May"))
    SiteDay.objects.create(site=site, day=dt.date(2026, 5, 4), is_pruned=True, visits=5)
    known = iter([frozenset(), frozenset([dt.date(2026, 5, 4)])])
    monkeypatch.setattr(importing, "pruned_days", lambda site: next(known))

    result = import_log(log, site, NOW + dt.timedelta(days=1))

    assert (result.lines, result.counted, result.refused) == (3, 1, {"expired": 2})
    assert LogImport.objects.get().imported_lines == 3
    assert Hit.objects.get().page.path == "/c"
    assert SiteDay.objects.get(day=dt.date(2026, 5, 4)).changes == 0


@pytest.mark.parametrize("end", ["is_being_reset", "deleted"])
def test_import_into_a_site_that_is_reset_or_deleted_meanwhile_ends(
    log: Path, site: Site, end: str
) -> None:
    log.write_text(make_lines("/a"))
    if end == "deleted":
        Site.objects.filter(pk=site.pk).update(deleted_at=NOW, owner=None)
    else:
        Site.objects.filter(pk=site.pk).update(is_being_reset=True)

    with pytest.raises((LogImportError, Site.DoesNotExist)):
        import_log(log, site, NOW)

    assert not Hit.objects.exists()


def test_log_may_be_imported_again_after_a_reset(log: Path, site: Site) -> None:
    log.write_text(make_lines("/a", "/b"))
    import_log(log, site, NOW)
    begin_reset(site, NOW)
    finish_removal(site)

    result = import_log(log, Site.objects.get(), NOW)

    assert (result.lines, result.counted) == (2, 2)
    assert Visit.objects.get().pageviews == 2
