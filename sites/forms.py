"""Adding, editing and deleting a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import IntegrityError, transaction

from sites.domain import InvalidDomain, normalise_domain, readable_domain
from sites.models import NAME_MAX_LENGTH, Site, time_zone_names


class SiteForm(forms.ModelForm):
    """A site's name, domain and time zone. The owner is set before: a domain is unique to an owner."""

    time_zone = forms.ChoiceField(
        choices=lambda: [(name, name.replace("_", " ")) for name in time_zone_names()],
        help_text="Days begin at midnight here.",
    )

    class Meta:
        model = Site
        fields = ("domain", "name", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].help_text = "As visitors see it, for example example.com."
        self.fields["name"].required = False
        self.fields["name"].help_text = "Left empty, the domain is the name."
        self.fields["domain"].widget.attrs |= {
            "autocapitalize": "none",
            "spellcheck": "false",
            "inputmode": "url",
        }

    def clean_domain(self) -> str:
        try:
            return normalise_domain(self.cleaned_data["domain"])
        except InvalidDomain as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # A domain may be longer than a name.
        domain = readable_domain(cleaned.get("domain", ""))
        cleaned["name"] = cleaned.get("name") or domain[:NAME_MAX_LENGTH]
        return cleaned

    def try_save(self) -> Site | None:
        """Return the stored site, None when another request was faster; then the form has the error."""
        try:
            with transaction.atomic():
                site: Site = self.save()
        except IntegrityError:
            self.full_clean()
            if self.is_valid():
                raise
            return None
        return site

    def _get_validation_exclusions(self) -> set[str]:
        # The owner is no field of the form, yet “an owner has a domain once” is checked with it.
        # The stubs do not have this method, which Django keeps to itself.
        return super()._get_validation_exclusions() - {"owner"}  # type: ignore[misc]


class SiteSearchForm(forms.Form):
    """What a person looks for in the list of sites."""

    q = forms.CharField(required=False, max_length=100)

    def text(self) -> str:
        """Return what to look for, empty when nothing sensible was typed."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class DeleteSiteForm(forms.Form):
    """The domain typed again: a deleted site's visits do not come back."""

    confirmation = forms.CharField(label="Domain", strip=True)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["confirmation"].widget.attrs |= {
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def clean_confirmation(self) -> str:
        confirmation = self.cleaned_data["confirmation"]
        if confirmation != self.site.domain:
            raise forms.ValidationError(f"Type {self.site.domain} to delete the site.")
        return str(confirmation)
