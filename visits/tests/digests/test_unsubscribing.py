"""The link in a mail: opening it changes nothing, pressing its button does."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from visits.digests.planning import plan_due
from visits.digests.subscription import unsubscribe_url
from visits.models import Recipient
from visits.tests.digests.factory import DAY, SLOT, make_recipient

pytestmark = pytest.mark.django_db


def path_of(recipient):
    return unsubscribe_url(recipient).removeprefix("http://localhost:8000")


def is_subscribed(recipient):
    return Recipient.objects.subscribed().filter(pk=recipient.pk).exists()


def test_opening_the_link_changes_nothing(client, recipient):
    response = client.get(path_of(recipient))

    assert response.status_code == 200
    assert "Channels" in response.content.decode()
    assert is_subscribed(recipient)


def test_button_unsubscribes_this_recipient_of_this_report(client, schedule, recipient):
    other = make_recipient(schedule, "ben@example.com")

    response = client.post(path_of(recipient), {"wish": "leave"}, follow=True)

    assert "You get no more mails" in response.content.decode()
    assert not is_subscribed(recipient)
    assert is_subscribed(other)


def test_mail_program_unsubscribes_with_one_click(recipient):
    """It has no cookie and no token, and follows no redirect."""
    client = Client(enforce_csrf_checks=True)

    response = client.post(path_of(recipient), {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert not is_subscribed(recipient)


def test_who_comes_back_gets_mails_of_later_slots(client, recipient):
    client.post(path_of(recipient), {"wish": "leave"})

    client.post(path_of(recipient), {"wish": "come_back"})

    assert is_subscribed(recipient)
    assert plan_due(SLOT) == 0
    assert plan_due(timezone.now() + 8 * DAY) == 1


def test_unsubscribing_twice_keeps_the_first_time(client, recipient):
    client.post(path_of(recipient), {"wish": "leave"})
    recipient.refresh_from_db()
    first = recipient.unsubscribed_at

    client.post(path_of(recipient))

    recipient.refresh_from_db()
    assert recipient.unsubscribed_at == first


def test_unknown_wish_is_bad_input(client, recipient):
    assert client.post(path_of(recipient), {"wish": "fly"}).status_code == 400
    assert is_subscribed(recipient)


@pytest.mark.parametrize("token", ["1", "MQ:abc:def", "..", "ünïcode"])
def test_forged_link_is_not_found(client, recipient, token):
    assert client.post(reverse("mail_unsubscribe", args=[token])).status_code == 404
    assert is_subscribed(recipient)


def test_token_of_another_purpose_is_not_found(client, recipient):
    token = signing.dumps(recipient.pk, salt="something else")

    assert client.get(reverse("mail_unsubscribe", args=[token])).status_code == 404


def test_link_of_a_removed_recipient_is_not_found(client, recipient):
    path = path_of(recipient)
    recipient.delete()

    assert client.get(path).status_code == 404


def test_page_is_kept_by_no_cache(client, recipient):
    assert "no-store" in client.get(path_of(recipient))["Cache-Control"]
