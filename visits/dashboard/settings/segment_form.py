"""The form in which filters get a name."""

from __future__ import annotations

from django import forms
from django.db import transaction

from sites.models import Site
from visits.models import Segment


class SegmentForm(forms.ModelForm):
    """A name. Site and filters are set before: a name is unique to a site."""

    class Meta:
        model = Segment
        fields = ("name",)

    def try_save(self) -> Segment | None:
        """Return the stored segment, None when something is wrong; then the form says what."""
        with transaction.atomic():
            # Two requests at once would both find the name free, or room for the last segment.
            Site.objects.select_for_update(no_key=True).get(pk=self.instance.site_id)
            if self.is_valid():
                segment: Segment = self.save()
                return segment
        return None

    def _get_validation_exclusions(self) -> set[str]:
        # The site is no field of the form, yet “the site has one with this name” is checked with it.
        # The stubs do not have this method, which Django keeps to itself.
        return super()._get_validation_exclusions() - {"site"}  # type: ignore[misc]
