"""The list of sites with their last seven days, which `sites` cannot know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib import admin

from sites.admin import SiteAdmin
from sites.models import Site
from visits.admin.recent import ShowsWeeks, Week, weeks_of_sites
from visits.admin.site_actions import ActsOnNumbers

admin.site.unregister(Site)


@admin.register(Site)
class MeasuredSiteAdmin(ShowsWeeks, ActsOnNumbers, SiteAdmin):
    list_display = (
        "name", "week_shown", "domain", "state", "owner", "labels", "time_zone", "created_at",
    )  # fmt: skip

    def weeks_of(self, rows: Iterable[Site]) -> Mapping[int, Week]:
        return weeks_of_sites(rows)
