"""What staff did in the admin, to read: the newest first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import Http404, HttpRequest, HttpResponse

from accounts.admin_questions import BoundedQuestions
from accounts.disclosure import HIDDEN, is_disclosed
from accounts.models import User
from accounts.templatetags.people import discreet


@admin.register(LogEntry)
class LogEntryAdmin(BoundedQuestions):
    """An entry calls its row as it was called when it was changed: a person by name or address."""

    list_display = ("action_time", "user", "action_flag", "content_type", "row", "what")
    # Django calls an entry's own page as the entry calls its row: by the name of a person.
    list_display_links = None
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # An entry has the time of its number; there is no index on the time.
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("object_repr", "change_message")
    search_help_text = "Part of what a row was called, or of what was done."
    personal_fields = ("object_repr", "change_message")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    @admin.display(description="row")
    def row(self, entry: LogEntry) -> str:
        if is_disclosed():
            return str(entry.object_repr)
        is_person = entry.content_type and entry.content_type.model_class() is User
        return HIDDEN if is_person else discreet(entry.object_repr)

    @admin.display(description="what")
    def what(self, entry: LogEntry) -> str:
        return discreet(entry.get_change_message())
