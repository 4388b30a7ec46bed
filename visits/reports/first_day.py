"""Where all time begins for a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min, OuterRef, Subquery

from sites.models import Site
from visits.models import Visit
from visits.models.siteday import SiteDay


def first_day(site: Site) -> dt.date:
    """Return the day of a site's first visit, without any the day on which the site was added.

    Imported visits may be older than the site, and sums may outlast the visits. Two statements.
    """
    visits = Visit.objects.filter(site=site)
    sums = SiteDay.objects.filter(site=site, visits__gt=0)
    days = [each.aggregate(day=Min("day"))["day"] for each in (visits, sums)]
    return min(filter(None, days), default=site.day_of(site.created_at))


def first_day_of_all(sites: Iterable[Site]) -> dt.date:
    """Return the earliest of the first days of some sites, one at least. One statement."""
    by_id = {site.pk: site for site in sites}
    visits = Visit.objects.filter(site=OuterRef("pk")).order_by("day").values("day")[:1]
    sums = SiteDay.objects.filter(site=OuterRef("pk"), visits__gt=0).order_by("day").values("day")
    rows = Site.objects.filter(pk__in=by_id).values_list("pk", Subquery(visits), Subquery(sums[:1]))
    found = {pk: min(filter(None, days), default=None) for pk, *days in rows}
    return min(found.get(pk) or site.day_of(site.created_at) for pk, site in by_id.items())
