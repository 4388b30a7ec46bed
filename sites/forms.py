"""Adding, editing and deleting a site; what of it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sites.country import country_names
from sites.domain import InvalidDomain, normalise_domain, readable_domain
from sites.models import (
    KEEPS_AT_LEAST,
    KEEPS_AT_LEAST_DAYS,
    NAME_MAX_LENGTH,
    Exclusion,
    Site,
)
from sites.of_site_form import OfSiteForm
from sites.pattern import InvalidPattern, normalise_hostnames
from sites.time_zones import TimeZoneField, time_zone_choices

# No browser may change what is typed into these.
VERBATIM = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
# Label and help of the columns that switch the counting.
SWITCHES = {
    "respects_opt_out": (
        _("Respect Do Not Track and Global Privacy Control"),
        _("Nobody is counted whose browser asks for it."),
    ),
    "counts_localhost": (
        _("Count pages on localhost"),
        _("And on private addresses: for trying things out."),
    ),
    "counts_headless": (
        _("Count headless browsers"),
        _("Browsers driven by a program, such as tests and scrapers."),
    ),
    "counts_bots": (
        _("Count bots apart"),
        _("How often which bot came, beside the refused hits. Never as visitors."),
    ),
}


class SiteForm(forms.ModelForm):
    """A site's name, domain and time zone. The owner is set before: a domain is unique to an owner."""

    time_zone = TimeZoneField(
        label=_("Time zone"),
        help_text=_("Days begin at midnight here."),
    )

    class Meta:
        model = Site
        fields: ClassVar[tuple[str, ...]] = ("domain", "name", "time_zone")
        labels: ClassVar[dict[str, Any]] = {"domain": _("Domain"), "name": _("Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, TimeZoneField)
        zone.choices = time_zone_choices(self.instance.time_zone)
        self.fields["domain"].help_text = _("As visitors see it, for example example.com.")
        if self.instance.pk:
            self.fields["domain"].help_text = _(
                "Hits of another host are refused, unless Exclusions allows it."
            )
            self.fields["time_zone"].help_text = _(
                "Days begin at midnight here. What was counted keeps its day."
            )
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Left empty, the domain is the name.")
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


def clean_hostnames(text: str) -> str:
    """Return hostnames of one a line as hits have them. Raises ValidationError."""
    try:
        return normalise_hostnames(text)
    except InvalidPattern as error:
        raise forms.ValidationError(str(error)) from error


class CountingForm(forms.ModelForm):
    """Whose hits are counted: the hostnames, and the switches."""

    class Meta:
        model = Site
        fields = ("hostnames", *SWITCHES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in SWITCHES.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        hostnames = self.fields["hostnames"]
        hostnames.help_text = gettext(
            "One a line; *.example.com is all below example.com. Left empty: %(domain)s and its subdomains."
        ) % {"domain": self.instance.domain}
        hostnames.widget.attrs |= VERBATIM | {"rows": 3, "placeholder": self.instance.domain}

    def clean_hostnames(self) -> str:
        return clean_hostnames(self.cleaned_data["hostnames"])

    def save(self, commit: bool = True) -> Site:
        """Store these columns only: name and domain may be changing in another window."""
        site: Site = self.instance
        if commit:
            site.save(update_fields=self._meta.fields)
        return site


# Label and help of the columns that say how long something is kept.
RETENTION = {
    "keeps_facts_days": (
        _("Visits and hits, days"),
        _("Each of them, one by one; 7 days at least. Left empty, they are kept for ever."),
    ),
    "keeps_archive_days": (
        _("Archive, days"),
        _(
            "What reports are made of when the visits are gone, by whole months. Left empty, it is kept for"
            " ever."
        ),
    ),
}


def clean_retention(form: forms.BaseForm) -> None:
    """Say beside the field when the archive, which is made of the facts, would end before them."""
    facts_days = form.cleaned_data.get("keeps_facts_days")
    archive_days = form.cleaned_data.get("keeps_archive_days")
    if archive_days is None or not RETENTION.keys().isdisjoint(form.errors):
        return
    if facts_days is None:
        form.add_error(
            "keeps_archive_days",
            gettext("Visits and hits are kept for ever, so the archive is, too."),
        )
    elif archive_days < (least := max(facts_days, KEEPS_AT_LEAST_DAYS)):
        form.add_error(
            "keeps_archive_days",
            gettext("Keep the archive as long as visits and hits: %(least)s days.")
            % {"least": least},
        )


class RetentionForm(forms.ModelForm):
    """How long what was collected is kept."""

    class Meta:
        model = Site
        fields = tuple(RETENTION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in RETENTION.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
            self.fields[name].widget.attrs["placeholder"] = gettext("For ever")
            # The field itself would say that 0 is the least.
            self.fields[name].error_messages["min_value"] = KEEPS_AT_LEAST

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        clean_retention(self)
        return cleaned

    def save(self, commit: bool = True) -> Site:
        """Store these columns only, as CountingForm does."""
        site: Site = self.instance
        if commit:
            site.save(update_fields=self._meta.fields)
        return site


class ExclusionForm(OfSiteForm):
    """One more pattern of a kind. Site and kind are set before: an exclusion exists once."""

    set_before: ClassVar[frozenset[str]] = frozenset({"site", "kind"})

    class Meta:
        model = Exclusion
        fields = ("pattern",)

    def __init__(self, posted: Mapping[str, Any] | None = None, *, instance: Exclusion) -> None:
        # The forms of all kinds stand on one page.
        super().__init__(posted, instance=instance, auto_id=f"{instance.kind}_%s")
        if instance.kind == Exclusion.Kind.COUNTRY:
            self.fields["pattern"] = _country_field()
        self.fields["pattern"].widget.attrs |= VERBATIM

    def try_save(self) -> Exclusion | None:
        exclusion: Exclusion | None = super().try_save()
        if exclusion is None:
            # The panel may lie far below the top of the page.
            self.fields["pattern"].widget.attrs["autofocus"] = True
        return exclusion


def _country_field() -> forms.ChoiceField:
    countries = [(code, name) for code, name in country_names().items()]
    return forms.ChoiceField(
        choices=[("", gettext("Choose a country")), *countries],
        error_messages={"invalid_choice": gettext("Choose a country of the list.")},
    )


class ExclusionKindForm(forms.Form):
    """Of which kind a posted exclusion is."""

    kind = forms.ChoiceField(choices=Exclusion.Kind.choices)

    def kind_chosen(self) -> Exclusion.Kind:
        return Exclusion.Kind(self.cleaned_data["kind"])


class ExclusionRemovalForm(forms.Form):
    """Which exclusion of the site is removed."""

    exclusion = forms.ModelChoiceField(Exclusion.objects.none())

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["exclusion"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Exclusion.objects.filter(site=site)


class SiteSearchForm(forms.Form):
    """What a person looks for in the list of sites."""

    q = forms.CharField(required=False, max_length=100)

    def text(self) -> str:
        """Return what to look for, empty when nothing sensible was typed."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class DeleteSiteForm(forms.Form):
    """The domain typed again: a deleted site's visits do not come back."""

    request = _("Type %(domain)s to delete the site.")
    confirmation = forms.CharField(label=_("Domain"), strip=True)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["confirmation"].widget.attrs |= VERBATIM

    def clean_confirmation(self) -> str:
        confirmation = self.cleaned_data["confirmation"]
        if confirmation != self.site.domain:
            raise forms.ValidationError(str(self.request) % {"domain": self.site.domain})
        return str(confirmation)


class ResetSiteForm(DeleteSiteForm):
    """The same for what the site has collected."""

    request = _("Type %(domain)s to reset the site.")
