"""The properties of an event: one of its keys, and how often each value was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from visits.dashboard.behaviour.body import (
    Picker,
    details_link,
    hidden_words,
    nothing_found,
    rows_words,
)
from visits.dashboard.behaviour.choice import EVENT, KEY
from visits.dashboard.behaviour.number_table import NumberTable, number_table
from visits.dashboard.choice import FILTER_PARAMETERS, Choice
from visits.dashboard.link import ChoiceLink
from visits.dashboard.panels.panel import Emptiness
from visits.models import Operator
from visits.reports.breakdown import breakdown
from visits.reports.filter_text import join_dimension
from visits.reports.filters import Filter
from visits.reports.properties import EventKeys, event_keys
from visits.reports.query import ReportQuery
from visits.reports.visible import visible

VALUE_METRICS = ("visitors", "percentage", "events", "revenue")
ROWS_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class PropertiesBody:
    """What templates/visits/_properties.html shows; the table may have no rows."""

    template: ClassVar[str] = "visits/_properties.html"
    panel_id: str
    events: Picker
    keys: list[ChoiceLink]
    table: NumberTable
    details: ChoiceLink | None

    @property
    def said(self) -> str:
        return rows_words(self.table)

    @property
    def hidden_rows(self) -> str:
        return hidden_words(self.table)


def properties_body(
    query: ReportQuery, choice: Choice, panel_id: str, is_own: bool
) -> PropertiesBody | Emptiness:
    """Return the values of a key of an event; three scans.

    Without a choice it is the event of which most carry a property, and the key that most of it carry.
    """
    known = event_keys(query)
    if not known and not choice.behaviour.event:
        return _no_properties(query.site.pk, choice, is_own)
    event = choice.behaviour.event or known[0].event
    keys = _keys_of(event, known)
    key = choice.behaviour.key or (keys[0] if keys else "")
    return PropertiesBody(
        panel_id=panel_id,
        events=_event_picker(choice, [each.event for each in known], event),
        keys=_key_links(choice, event, keys, key),
        table=_values(query, choice, event, key),
        details=_details(choice, event, key),
    )


def _keys_of(event: str, known: Sequence[EventKeys]) -> tuple[str, ...]:
    return next((each.keys for each in known if each.event == event), ())


def _values(query: ReportQuery, choice: Choice, event: str, key: str) -> NumberTable:
    """Return the values that the event carries under the key; none without one."""
    if not key:
        return NumberTable(_("Value"), (), [], 0)
    asked = replace(query.at(query.period), filters=(*query.filters, _is_event(event)))
    name = join_dimension("property", key)
    report = breakdown(asked, name, VALUE_METRICS, limit=ROWS_AT_MOST)
    return number_table(report, choice, visible(key))


def _is_event(name: str) -> Filter:
    return Filter("event", Operator.IS, (name,))


def _details(choice: Choice, event: str, key: str) -> ChoiceLink | None:
    """Return the link to all values, filtered by the event; None without a key."""
    if not key:
        return None
    condition = _is_event(event)
    other = choice if condition in choice.all_filters else choice.with_filter(condition)
    return details_link(other, join_dimension("property", key), *FILTER_PARAMETERS)


def _event_picker(choice: Choice, events: Sequence[str], chosen: str) -> Picker:
    names = events if chosen in events else [*events, chosen]
    links = [
        choice.with_event(name).link(visible(name), EVENT, KEY, is_chosen=name == chosen)
        for name in names
    ]
    return Picker("event", _("Event"), visible(chosen), links)


def _key_links(choice: Choice, event: str, keys: Sequence[str], chosen: str) -> list[ChoiceLink]:
    names = keys if chosen in keys or not chosen else [*keys, chosen]
    return [
        choice.with_event(event, name).link(visible(name), EVENT, KEY, is_chosen=name == chosen)
        for name in names
    ]


def _no_properties(site_id: int, choice: Choice, is_own: bool) -> Emptiness:
    title = _("No properties in this period")
    if choice.all_filters or not is_own:
        return nothing_found(choice, title)
    return Emptiness(
        title,
        _("Say more about an event: the plan of a sign-up, the file of a download."),
        f"{reverse('site_install', args=[site_id])}#events",
        _("Show how"),
    )
