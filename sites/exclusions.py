"""The page of a site's exclusions: a panel for each kind, with what is excluded and a field for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from sites.country import country_names
from sites.forms import ExclusionForm
from sites.models import Exclusion, Site
from sites.pattern import is_address_within, readable_hostname_pattern

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a panel says: its title, the label of its field, and what a pattern may look like."""

    title: StrOrPromise
    label: StrOrPromise
    help: StrOrPromise


KINDS = {
    Exclusion.Kind.ADDRESS: KindWords(
        _("IP addresses"),
        _("Address or range"),
        _("For example 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48."),
    ),
    Exclusion.Kind.HOSTNAME: KindWords(
        _("Hostnames"),
        _("Hostname"),
        _("For example staging.example.com, or *.example.com for all below it."),
    ),
    Exclusion.Kind.PAGE: KindWords(
        _("Pages"),
        _("Path"),
        _(
            "For example /thanks or /admin/**. A * stands for a part between slashes, ** for any depth."
        ),
    ),
    Exclusion.Kind.COUNTRY: KindWords(_("Countries"), _("Country"), ""),
    Exclusion.Kind.AGENT: KindWords(
        _("User agents"),
        _("Part of the user agent"),
        _("For example UptimeWatch, in capitals or not. With a * it is compared with the whole."),
    ),
}


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    pk: int
    text: str


@dataclass(frozen=True, slots=True)
class ExclusionPanel:
    """What templates/sites/_exclusion_panel.html shows."""

    kind: str
    title: str
    rows: list[ExclusionRow]
    form: ExclusionForm


def exclusion_panels(site: Site, posted: ExclusionForm | None = None) -> list[ExclusionPanel]:
    """Return a panel for each kind, with one query; the form that was posted stands in its panel."""
    rows: dict[str, list[ExclusionRow]] = {kind: [] for kind in KINDS}
    for exclusion in Exclusion.objects.filter(site=site):
        rows[exclusion.kind].append(ExclusionRow(exclusion.pk, readable(exclusion)))
    forms = {kind: exclusion_form(site, kind) for kind in KINDS}
    if posted is not None:
        forms[Exclusion.Kind(posted.instance.kind)] = posted
    return [ExclusionPanel(kind, str(KINDS[kind].title), rows[kind], forms[kind]) for kind in KINDS]


def exclusion_form(
    site: Site, kind: Exclusion.Kind, posted: Mapping[str, Any] | None = None
) -> ExclusionForm:
    """Return the form for one more exclusion, with the words of its kind."""
    form = ExclusionForm(posted, instance=Exclusion(site=site, kind=kind))
    field, words = form.fields["pattern"], KINDS[kind]
    field.label, field.help_text = words.label, words.help
    return form


def is_excluded(site: Site, address: str) -> bool:
    """Return whether an address is excluded by itself or within a range."""
    exclusions = Exclusion.objects.filter(site=site, kind=Exclusion.Kind.ADDRESS)
    return is_address_within(address, exclusions.values_list("pattern", flat=True))


def readable(exclusion: Exclusion) -> str:
    """Return what is excluded as people write it: a country by its name, a hostname decoded."""
    match exclusion.kind:
        case Exclusion.Kind.COUNTRY:
            return country_names().get(exclusion.pattern, exclusion.pattern)
        case Exclusion.Kind.HOSTNAME:
            return readable_hostname_pattern(exclusion.pattern)
        case _:
            return exclusion.pattern
