"""The form in which filters get a name."""

from __future__ import annotations

from sites.of_site_form import OfSiteForm
from visits.models import Segment


class SegmentForm(OfSiteForm):
    """A name. Site and filters are set before: a name is unique to a site."""

    class Meta:
        model = Segment
        fields = ("name",)
