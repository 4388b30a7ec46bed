"""What staff do to chosen sites: pausing their collection, and handing them over. Each is logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from sites.models import Site
from sites.ownership import TransferRefused, transfer_site
from sites.pausing import outcome


class NewOwnerForm(forms.Form):
    """Whom sites are handed over to. `clean` returns the account."""

    email = forms.EmailField(label="E-mail address of the new owner", max_length=254)

    def clean_email(self) -> User:
        try:
            return User.objects.get_by_natural_key(self.cleaned_data["email"])
        except User.DoesNotExist as error:
            raise forms.ValidationError("There is no account with this address.") from error


class ActsOnSites(admin.ModelAdmin):
    actions: tuple[str, ...] = ("pause_collection", "resume_collection", "hand_over")

    @admin.action(permissions=["change"], description="Pause collection of selected sites")
    def pause_collection(self, request: HttpRequest, queryset: QuerySet[Site]) -> None:
        chosen = list(queryset)
        sites = [site for site in chosen if site.paused_at is None]
        Site.objects.filter(pk__in=[site.pk for site in sites]).pause(timezone.now())
        sentence = outcome(len(sites), len(chosen), is_resumed=False)
        self._note(request, sites, "Paused collection.", sentence)

    @admin.action(permissions=["change"], description="Resume collection of selected sites")
    def resume_collection(self, request: HttpRequest, queryset: QuerySet[Site]) -> None:
        chosen = list(queryset)
        sites = [site for site in chosen if site.paused_at is not None]
        Site.objects.filter(pk__in=[site.pk for site in sites]).resume()
        sentence = outcome(len(sites), len(chosen), is_resumed=True)
        self._note(request, sites, "Resumed collection.", sentence)

    @admin.action(permissions=["change"], description="Hand selected sites over to another owner")
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Site]) -> HttpResponse | None:
        form = NewOwnerForm(request.POST if "email" in request.POST else None)
        sites = list(queryset)
        if form.is_valid():
            self._hand_over(request, sites, form.cleaned_data["email"])
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Hand over sites",
            "opts": self.opts,
            "form": form,
            "subjects": [f"{site.name} ({site.domain})" for site in sites],
            "hidden": [
                ("action", "hand_over"),
                *((ACTION_CHECKBOX_NAME, site.pk) for site in sites),
            ],
            "explanation": "Numbers, settings and shared links go along. The owner before does not see "
            "these sites any more.",
            "verb": "Hand over",
        }
        return TemplateResponse(request, "admin/action_form.html", context)

    def _hand_over(self, request: HttpRequest, sites: Sequence[Site], owner: User) -> None:
        done = []
        for site in sites:
            try:
                if transfer_site(site, owner):
                    done.append(site)
            except TransferRefused as error:
                self.message_user(request, str(error), messages.ERROR)
        number = "1 site" if len(done) == 1 else f"{len(done):,} sites"
        self._note(request, done, f"Handed over to account {owner.pk}.", f"{number} handed over.")

    def _note(self, request: HttpRequest, sites: Sequence[Site], entry: str, sentence: str) -> None:
        staff: Any = request.user
        LogEntry.objects.log_actions(staff.pk, sites, CHANGE, entry)
        self.message_user(request, sentence, messages.SUCCESS if sites else messages.WARNING)
