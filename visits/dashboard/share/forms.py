"""A shared link as its owner writes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sites.forms import VERBATIM
from sites.models import Site
from sites.of_site_form import OfSiteForm
from sites.origin import InvalidOrigin, normalise_origins
from visits.dashboard.hits import HITS, HITS_TITLE
from visits.dashboard.panels.choice import PANELS
from visits.dashboard.scope import LIVE
from visits.dashboard.share.password import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH
from visits.models import Segment, SharedLink
from visits.reports.days import ONE_DAY

# What can be left out of a shared report, by the name under which a link keeps it.
SHOWN: dict[str, str | Promise] = {
    **{panel.name: panel.title for panel in PANELS},
    LIVE: _("Who is there now"),
    HITS: HITS_TITLE,
}
# Single visitors can be followed in the others.
SHOWN_AT_FIRST = tuple(panel.name for panel in PANELS)
# The public report is for everybody, for all time, of all visits.
NOT_OF_PUBLIC = ("name", "segment", "expires_on", "new_password", "removes_password")


class LinkForm(OfSiteForm):
    """What a link shows, to whom, and for how long. Site and author are set before."""

    panels = forms.MultipleChoiceField(
        label=_("What it shows"),
        help_text=_("The numbers above and their chart are always there."),
        choices=tuple(SHOWN.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    segment = forms.ModelChoiceField(
        Segment.objects.none(),
        label=_("Whose visits"),
        help_text=_("A segment holds for everything that the link shows, and nobody sees it."),
        empty_label=_("All visits"),
        required=False,
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Left empty, the link works until you revoke it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    new_password = forms.CharField(
        label=_("Password"),
        min_length=PASSWORD_MIN_LENGTH,
        max_length=PASSWORD_MAX_LENGTH,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    removes_password = forms.BooleanField(label=_("Remove the password"), required=False)

    class Meta:
        model = SharedLink
        fields = ("name", "segment", "has_badge", "embed_origins")

    field_order = (
        "name",
        "panels",
        "segment",
        "expires_on",
        "new_password",
        "removes_password",
        "embed_origins",
        "has_badge",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        link: SharedLink = self.instance
        self._word_fields()
        self._offer_segments()
        self.initial["panels"] = list(SHOWN_AT_FIRST) if link._state.adding else link.panels
        self.initial["expires_on"] = _last_day(link)
        for name in NOT_OF_PUBLIC if link.is_public else ():
            del self.fields[name]
        if not link.has_password and "removes_password" in self.fields:
            del self.fields["removes_password"]

    def _word_fields(self) -> None:
        name, origins, badge = (
            self.fields[name] for name in ("name", "embed_origins", "has_badge")
        )
        name.label, name.help_text = _("Name"), _("For you. Readers do not see it.")
        # Beside a password, browsers would take it for the name of an account.
        name.widget.attrs["autocomplete"] = "off"
        origins.label = _("Pages that may embed it")
        origins.help_text = _("Addresses such as https://example.com, one a line.")
        origins.widget.attrs |= VERBATIM | {"rows": 3, "placeholder": "https://example.com"}
        badge.label = _("Visitor badge")
        badge.help_text = _("A small picture with the number of visitors, for everybody.")
        if self.instance.has_password:
            self.fields["new_password"].help_text = _("There is one. Left empty, it stays.")
        else:
            self.fields["new_password"].help_text = _("Left empty, the address is enough.")

    def _offer_segments(self) -> None:
        field = self.fields["segment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Segment.objects.filter(site=self.instance.site_id)

    def clean_embed_origins(self) -> str:
        try:
            return normalise_origins(self.cleaned_data["embed_origins"])
        except InvalidOrigin as error:
            raise forms.ValidationError(str(error)) from error

    def clean_expires_on(self) -> dt.date | None:
        last: dt.date | None = self.cleaned_data["expires_on"]
        if last and last < self.instance.site.day_of(timezone.now()):
            raise forms.ValidationError(gettext("This day is over."))
        return last

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self._will_have_password():
            self._refuse_what_asks_nobody()
        return cleaned

    def _will_have_password(self) -> bool:
        stays = self.instance.has_password and not self.cleaned_data.get("removes_password")
        return bool(self.cleaned_data.get("new_password") or stays)

    def _refuse_what_asks_nobody(self) -> None:
        if self.cleaned_data.get("embed_origins"):
            self.add_error(
                "embed_origins",
                gettext(
                    "A report with a password cannot be embedded: in a frame, browsers do not say who"
                    " has typed it. Leave this empty, or take the password away."
                ),
            )
        if self.cleaned_data.get("has_badge"):
            self.add_error(
                "has_badge",
                gettext("A badge is for everybody. Take the password away first, or leave it out."),
            )

    def save(self, commit: bool = True) -> SharedLink:
        """Store the link with what is chosen beside its columns."""
        self._write()
        link: SharedLink = super().save(commit)
        return link

    def _write(self) -> None:
        link, chosen = self.instance, self.cleaned_data
        link.panels = chosen["panels"]
        if link.is_public:
            return
        link.expires_at = _end_of(chosen["expires_on"], link.site)
        if chosen["new_password"] or chosen.get("removes_password"):
            link.set_password(chosen["new_password"])


def _end_of(last_day: dt.date | None, site: Site) -> dt.datetime | None:
    """Return the midnight after a day of the site."""
    if last_day is None:
        return None
    return dt.datetime.combine(last_day + ONE_DAY, dt.time(), site.zone)


def _last_day(link: SharedLink) -> dt.date | None:
    if link.expires_at is None:
        return None
    return link.site.day_of(link.expires_at - dt.timedelta(microseconds=1))


class EmbedForm(forms.Form):
    """How a report looks in a frame: what the code to copy says."""

    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=(("auto", _("System")), ("light", _("Light")), ("dark", _("Dark"))),
        required=False,
    )
    width = forms.IntegerField(
        label=_("Width, pixels"),
        help_text=_("Left empty, it fills its place."),
        min_value=280,
        max_value=4000,
        required=False,
    )
    height = forms.IntegerField(
        label=_("Height, pixels"), min_value=200, max_value=10_000, required=False
    )
