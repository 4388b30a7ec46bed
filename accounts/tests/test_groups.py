"""The groups of staff: rules for every table, and `migrate` that applies them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.groups import GROUPS, Power, update_groups

ACTIONS = ("view", "add", "change", "delete")
# What each may do with a table: the first letters of the actions.
RULES = [
    ("accounts.user", "v", "vacd", "vacd"),
    ("account.emailaddress", "", "vacd", "vacd"),
    ("sites.site", "v", "vacd", "vacd"),
    ("sites.tag", "v", "vacd", "vacd"),
    # Addresses of offices and of homes.
    ("sites.exclusion", "", "vacd", "vacd"),
    ("visits.report", "vac", "v", "vacd"),
    ("visits.page", "v", "v", "vacd"),
    ("visits.hit", "", "v", "vacd"),
    ("visits.visit", "", "v", "vacd"),
    ("visits.salt", "", "", ""),
    ("visits.openvisit", "", "", ""),
    ("visits.a_table_of_tomorrow", "", "v", "vacd"),
    ("auth.group", "", "", "v"),
    ("auth.permission", "", "", ""),
    ("admin.logentry", "", "", "v"),
    ("sessions.session", "", "", ""),
]


@pytest.mark.parametrize(("table", "analyst", "support", "administrator"), RULES)
def test_group_may_do_with_a_table(
    table: str, analyst: str, support: str, administrator: str
) -> None:
    app, _, model = table.partition(".")

    letters = [
        "".join(action[0] for action in ACTIONS if has(Power(app, model, action)))
        for has in GROUPS.values()
    ]

    assert letters == [analyst, support, administrator]


@pytest.mark.parametrize(
    ("name", "sees"), [("Analyst", False), ("Support", True), ("Administrator", True)]
)
def test_only_analysts_see_no_addresses(name: str, sees: bool) -> None:
    assert GROUPS[name](Power("accounts", "user", "see_addresses")) is sees


@pytest.mark.django_db
def test_migrating_gives_groups_their_permissions() -> None:
    found = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in GROUPS
    }

    assert {"view_site", "view_report", "add_report"} <= found["Analyst"]
    assert not found["Analyst"] & {"change_site", "view_hit", "view_visit", "see_addresses"}
    assert {"change_user", "delete_site", "see_addresses"} <= found["Support"]
    assert "change_report" not in found["Support"]
    assert found["Support"] < found["Administrator"]


@pytest.mark.django_db
def test_migrating_again_takes_back_what_was_given_by_hand() -> None:
    analysts = Group.objects.get(name="Analyst")
    analysts.permissions.add(Permission.objects.get(codename="delete_site"))

    update_groups()

    assert not analysts.permissions.filter(codename="delete_site").exists()
