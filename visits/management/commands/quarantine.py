"""Take visits out of all reports, and put them back."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from visits.management.counted import counted
from visits.management.selecting import (
    add_selecting_options,
    described,
    selection_of,
    sentence_of,
    site_of,
    with_progress,
)
from visits.models import Quarantine
from visits.reports.selection import Selection
from visits.upkeep.quarantine import (
    QuarantineEnded,
    Question,
    open_quarantine,
    quarantine_steps,
    undo_steps,
)
from visits.upkeep.steps import take_steps


class Command(BaseCommand):
    help = (
        "Takes visits of a site out of all reports, with all their hits: those that a report with the "
        "same filters and days counts. Everything is then as if they had never come. --undo puts "
        "them back, exactly as they were; --list shows what there is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", nargs="?", metavar="DOMAIN", help="its domain, key or number")
        add_selecting_options(parser)
        parser.add_argument("--reason", default="", help="a note for others, in one line")
        parser.add_argument("--undo", type=int, metavar="NUMBER", help="put these visits back")
        parser.add_argument("--list", action="store_true", help="show all quarantines, or a site's")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"] is not None:
            self._undo(options["undo"], options)
        elif options["list"]:
            self._list(options)
        elif options["site"] is None:
            raise CommandError("Name a site, or use --undo or --list.")
        else:
            self._take(options)

    def _take(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        selection = selection_of(site_of(options["site"]), options, now)
        found = described(selection)
        number = None
        if not options["dry_run"] and found["visits"]:
            quarantine = open_quarantine(
                selection.query.site, _question(selection), now, reason=options["reason"]
            )
            number = quarantine.pk
            found |= _fill(quarantine, selection, found["visits"])
        if options["json"]:
            answer = found | {"quarantine": number, "dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(answer))
            return
        where = f" number {number}" if number else ""
        verb = "Would be in quarantine" if options["dry_run"] else f"In quarantine{where}"
        self.stdout.write(f"{verb}: {sentence_of(found)} of {found['site']}.")

    def _undo(self, number: int, options: dict[str, Any]) -> None:
        quarantine = Quarantine.objects.filter(pk=number).first()
        if quarantine is None:
            raise CommandError(f"There is no quarantine {number}.")
        if options["dry_run"]:
            counts = {"visits": quarantine.visits, "hits": quarantine.hits, "lost visits": 0}
        else:
            steps = undo_steps(quarantine, timezone.now())
            done = take_steps(with_progress(steps, quarantine.visits, "Putting back"))
            counts = {name: done[name] for name in ("visits", "hits", "lost visits")}
        if options["json"]:
            answer = {name.replace(" ", "_"): count for name, count in counts.items()}
            answer |= {"quarantine": number, "dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(answer))
            return
        verb = "Would be put back" if options["dry_run"] else "Put back"
        lost = counts["lost visits"]
        more = f"; {counted(lost, 'visit')} of days that are not kept any more are lost"
        self.stdout.write(
            f"{verb}: {counted(counts['visits'], 'visit')} with"
            f" {counted(counts['hits'], 'hit')}{more if lost else ''}."
        )

    def _list(self, options: dict[str, Any]) -> None:
        rows = Quarantine.objects.select_related("site").order_by("pk")
        if options["site"] is not None:
            rows = rows.filter(site=site_of(options["site"]))
        listed = [_as_json(quarantine) for quarantine in rows]
        if options["json"]:
            self.stdout.write(json.dumps(listed))
            return
        for row in listed:
            asked = " ".join(row["filters"]) or "all visits"
            state = "undone" if row["undone_at"] else counted(row["visits"], "visit")
            self.stdout.write(
                f"{row['quarantine']}  {row['site']}  {row['first_day']} to {row['last_day']}"
                f"  {asked}  {state}"
            )


def _question(selection: Selection) -> Question:
    return Question(selection.filters, selection.words, *selection.span)


def _fill(quarantine: Quarantine, selection: Selection, total: int) -> dict[str, int]:
    days = [day.day for day in selection.days()]
    steps = quarantine_steps(quarantine, selection.visits_of, days)
    try:
        taken = take_steps(with_progress(steps, total, "Putting aside"))
    except QuarantineEnded as error:
        raise CommandError(str(error)) from error
    return {"visits": taken["visits"], "hits": taken["hits"]}


def _as_json(quarantine: Quarantine) -> dict[str, Any]:
    return {
        "quarantine": quarantine.pk,
        "site": quarantine.site.domain,
        "filters": quarantine.filters,
        "first_day": str(quarantine.first_day),
        "last_day": str(quarantine.last_day),
        "reason": quarantine.reason,
        "visits": quarantine.visits,
        "hits": quarantine.hits,
        "created_at": quarantine.created_at.isoformat(),
        "undone_at": quarantine.undone_at and quarantine.undone_at.isoformat(),
    }
