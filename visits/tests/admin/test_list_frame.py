"""What stands around the rows of a list in the admin."""

import re

import pytest
from django.urls import reverse

from accounts.models import State

pytestmark = pytest.mark.django_db


def test_folded_filter_names_what_it_is_set_to(staff_client):
    list_of_users = reverse("admin:accounts_user_changelist")

    page = staff_client.get(list_of_users, {"state": State.values[0]}).content.decode()

    heads = re.findall(r"<details data-filter-title=\"([^\"]+)\">\s*<summary>(.*?)</summary>", page)
    chosen = {title: re.findall(r'filter-choice">([^<]+)', head) for title, head in heads}
    assert chosen["role"] == ["All"]
    assert chosen["state"] == [State.labels[0]]


@pytest.mark.parametrize("app", ["visits", "sites", "accounts"])
def test_page_of_an_app_is_the_overview(staff_client, app):
    response = staff_client.get(reverse("admin:app_list", args=[app]))

    assert response.status_code == 302
    assert response.url == reverse("admin:index")
