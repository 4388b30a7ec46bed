"""Sites in the admin: whose they are, what is measured, and an end that does not load every visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_questions import BoundedQuestions
from sites.admin_actions import ActsOnSites
from sites.amounts import amounts_of
from sites.forms import RETENTION, SWITCHES, SiteForm, clean_hostnames, clean_retention
from sites.models import Exclusion, Site, Tag
from sites.pausing import COUNTING, PAUSED, state_of

HANDING_OVER = (
    "To hand a site over, tick it in the list of sites and choose “Hand selected sites over to another "
    "owner”."
)


class SiteAdminForm(SiteForm):
    """A site with all that its owner sets on two pages."""

    class Meta(SiteForm.Meta):
        fields = (*SiteForm.Meta.fields, "hostnames", *SWITCHES, *RETENTION, "tags")
        help_texts: ClassVar[dict[str, Any]] = {"owner": HANDING_OVER}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        clean_retention(self)
        return cleaned

    def clean_hostnames(self) -> str:
        return clean_hostnames(self.cleaned_data["hostnames"])


@admin.register(Tag)
class TagAdmin(BoundedQuestions):
    list_display = ("name", "site_count")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Tag]:
        tags: models.QuerySet[Tag] = super().get_queryset(request)
        is_there = models.Q(sites__deleted_at=None)
        return tags.annotate(number=models.Count("sites", filter=is_there))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Tags", **(extra_context or {})})

    @admin.display(description="sites", ordering="number")
    def site_count(self, tag: Any) -> int:
        return int(tag.number)


class PausedFilter(admin.EmptyFieldListFilter):
    """Titled by what it tells: Django would write “By paused at: not empty”."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "state"

    def choices(self, changelist: Any) -> Iterator[Any]:
        names = ("All", COUNTING, PAUSED)
        for name, choice in zip(names, super().choices(changelist), strict=True):
            yield {**choice, "display": name}


@admin.register(Site)
class SiteAdmin(ActsOnSites, BoundedQuestions):
    """The key is public and stays: with another one every installed snippet would fall silent."""

    form = SiteAdminForm
    list_display: Any = ("name", "domain", "state", "owner", "labels", "time_zone", "created_at")
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name", "domain", "key", "owner__email")
    search_help_text = _("Name, domain, key or the owner’s e-mail address.")
    discreet_help_text = "Name, domain or key."
    list_filter = ("tags", ("paused_at", PausedFilter), "created_at")
    ordering = ("-pk",)
    autocomplete_fields = ("owner", "tags")
    readonly_fields = ("key", "paused_at", "created_at")
    fields = (
        "name",
        "domain",
        "owner",
        "tags",
        "time_zone",
        "hostnames",
        *SWITCHES,
        *RETENTION,
        "key",
        "paused_at",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Site]:
        return super().get_queryset(request).prefetch_related("tags")

    @admin.display(description="state", ordering="paused_at")
    def state(self, site: Site) -> str:
        return state_of(site)

    @admin.display(description="tags")
    def labels(self, site: Site) -> str:
        return ", ".join(tag.name for tag in site.tags.all())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Sites"), **(extra_context or {})})

    def get_readonly_fields(self, request: HttpRequest, obj: Site | None = None) -> Any:
        """Leave the owner to handing over, which asks whether the new one may have the site, and logs it."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "owner"]

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Offer owners to choose, and no buttons beside them: one of these deletes the owner's account."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "owner" and field is not None:
            _without_buttons(field.widget)
        return field

    def get_form(
        self, request: HttpRequest, obj: Site | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Give staff who may only look a form without fields, in place of one that asks for some."""
        if change and not self.has_change_permission(request, obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Site) -> None:
        """Leave the rows to upkeep, which removes millions of them in small steps."""
        Site.objects.filter(pk=obj.pk).discard(timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        Site.objects.filter(pk__in=queryset).discard(timezone.now())

    def get_deleted_objects(
        self, objs: Iterable[Site], request: HttpRequest
    ) -> tuple[list[Any], dict[str, Any], set[str], list[str]]:
        """Return what goes with the sites as amounts.

        Django lists every row that a deletion reaches, and would read millions of hits to do so. Nor
        does it matter who may delete hits: they go with their site.
        """
        sites = list(objs)
        verbose_name = str(self.opts.verbose_name)
        may_delete = self.has_delete_permission(request)
        return (
            [f"{site.name} ({site.domain})" for site in sites],
            {str(self.opts.verbose_name_plural): len(sites), **amounts_of(sites)},
            set() if may_delete else {verbose_name},
            [],
        )


def _without_buttons(widget: Any) -> None:
    """Take away what leads from a choice to the row that is chosen."""
    widget.can_add_related = widget.can_change_related = False
    widget.can_delete_related = widget.can_view_related = False


@admin.register(Exclusion)
class ExclusionAdmin(BoundedQuestions):
    """What owners exclude. A pattern is checked as on their own page."""

    list_display = ("pattern", "kind", "site", "created_at")
    list_select_related = ("site",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("pattern", "site__domain")
    search_help_text = _("Pattern, or domain of the site.")
    list_filter = ("kind",)
    linked_fields = ("site",)
    ordering = ("-pk",)
    autocomplete_fields = ("site",)
    readonly_fields = ("created_at",)
    fields = ("site", "kind", "pattern", "created_at")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Exclusions"), **(extra_context or {})})
