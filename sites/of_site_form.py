"""The form of what a site has: exclusions, goals, funnels, segments, links."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import transaction

from sites.models import Site


class OfSiteForm(forms.ModelForm):
    """The site is set before and no field of the form; yet names are unique to a site, and things are so
    many at most. `set_before` are the fields that are checked all the same."""

    set_before: ClassVar[frozenset[str]] = frozenset({"site"})

    # Any: only the form of a model knows what it stores.
    def try_save(self) -> Any:
        """Return what is stored, None when something is wrong; then the form says what."""
        with transaction.atomic():
            # Two requests at once would both find room for the last one, or for the same name.
            Site.objects.select_for_update(no_key=True).get(pk=self.instance.site_id)
            return self.save() if self.is_valid() else None

    def _get_validation_exclusions(self) -> set[str]:
        # The stubs do not have this method, which Django keeps to itself.
        return super()._get_validation_exclusions() - self.set_before  # type: ignore[misc]
