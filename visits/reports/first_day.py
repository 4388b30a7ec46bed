"""Where all time begins for a site."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

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
