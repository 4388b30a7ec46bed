"""The groups of staff that the product ships, by rules: what a table added later allows follows from them.

`migrate` gives these groups exactly what the rules say. Who wants other powers makes a group of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission

VIEW = "view"
PEOPLE = {("accounts", "user"), ("account", "emailaddress")}
PRODUCT = {"accounts", "sites", "visits"}
# Who reads a salt can test whether a person was here; an open visit says who reads what right now.
SECRETS = {("visits", "salt"), ("visits", "openvisit")}
# What analysts look at is named one by one: a table added later may hold personal data.
FOR_ANALYSTS = {
    "accounts": {"user"},
    "sites": {"site", "tag"},
    "visits": {
        "annotation",
        "campaign",
        "client",
        "eventname",
        "funnel",
        "funnelstep",
        "goal",
        "language",
        "location",
        "page",
        "property",
        "refusal",
        "report",
        "reportrun",
        "schedule",
        "screen",
        "segment",
        "siteday",
        "source",
    },
}
# They ask questions: a saved report changes nothing of what it is about.
MADE_BY_ANALYSTS = {("visits", "report")}


@dataclass(frozen=True, slots=True)
class Power:
    """A permission: `action` is add, change, delete or view, or the whole name of another kind."""

    app: str
    model: str
    action: str

    @classmethod
    def of(cls, permission: Permission) -> Power:
        kind = permission.content_type
        action = permission.codename.removesuffix(f"_{kind.model}")
        return cls(kind.app_label, kind.model, action)

    @property
    def table(self) -> tuple[str, str]:
        return self.app, self.model


def analyst_has(power: Power) -> bool:
    """Reports over all sites, and what they are made of; no person, and no single visit."""
    if power.table in MADE_BY_ANALYSTS:
        return power.action in {VIEW, "add", "change"}
    return power.action == VIEW and power.model in FOR_ANALYSTS.get(power.app, ())


def support_has(power: Power) -> bool:
    """Accounts and sites with all that belongs to them; a look at what was collected."""
    if power.table in PEOPLE or power.app in {"accounts", "sites"}:
        return True
    return power.app == "visits" and power.action == VIEW and power.table not in SECRETS


def administrator_has(power: Power) -> bool:
    """Everything but what makes a superuser: groups and powers are looked at, not given."""
    if power.app in {"admin", "auth"}:
        return power.action == VIEW and power.model in {"logentry", "group"}
    return (power.app in PRODUCT or power.table in PEOPLE) and power.table not in SECRETS


GROUPS: Mapping[str, Callable[[Power], bool]] = {
    "Analyst": analyst_has,
    "Support": support_has,
    "Administrator": administrator_has,
}


def update_groups(using: str = "default") -> None:
    """Give each group the permissions that its rule says, and take all others away."""
    permissions = list(Permission.objects.using(using).select_related("content_type"))
    powers = [(permission.pk, Power.of(permission)) for permission in permissions]
    for name, has in GROUPS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([pk for pk, power in powers if has(power)])


def update_after_migrating(
    sender: AppConfig, using: str, apps: Apps = installed_apps, **_: Any
) -> None:
    """Wait for the last app: the permissions of all tables exist then. `apps` are those of the database."""
    is_last = sender is list(installed_apps.get_app_configs())[-1]
    if is_last and "group" in apps.all_models["auth"]:
        update_groups(using)
