"""The link by which a recipient leaves the list: whoever has it got the mail, and needs no account."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core import signing
from django.db import models
from django.urls import reverse

from accounts.emails import on_site_url
from visits.models import Recipient

SALT = "visits.digests.unsubscribe"


class Wish(models.TextChoices):
    LEAVE = "leave"
    COME_BACK = "come_back"


class SubscriptionForm(forms.Form):
    """What the buttons of the page send. Mail programs post something else, and mean to leave."""

    wish = forms.ChoiceField(choices=Wish, required=False)


def unsubscribe_url(recipient: Recipient) -> str:
    """Return the address of the page, which does nothing before its button is pressed."""
    return on_site_url(reverse("mail_unsubscribe", args=[unsubscribe_token(recipient)]))


def unsubscribe_token(recipient: Recipient) -> str:
    return signing.dumps(recipient.pk, salt=SALT)


def recipient_of(token: str) -> Recipient | None:
    """Return whose link it is, None for a forged one and for somebody who was taken off the list."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Recipient.objects.select_related("schedule__report").filter(pk=pk).first()


def unsubscribe(recipient: Recipient, now: dt.datetime) -> None:
    """Send no more mails, also none that is queued already. Done twice, it stays the first time."""
    Recipient.objects.filter(pk=recipient.pk, unsubscribed_at=None).update(unsubscribed_at=now)


def subscribe_again(recipient: Recipient, now: dt.datetime) -> None:
    """Send mails again, of slots from now on."""
    left = Recipient.objects.filter(pk=recipient.pk).exclude(unsubscribed_at=None)
    left.update(unsubscribed_at=None, subscribed_at=now)
