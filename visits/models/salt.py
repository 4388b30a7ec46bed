"""Salts: the secret of a day that makes visitor ids, and whose end makes them meaningless."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone

from visits.models.time import DayField

SALT_BYTES = 32


def make_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


class Salt(models.Model):
    day = DayField(unique=True)
    value = models.BinaryField(default=make_salt, max_length=SALT_BYTES)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Salt of {self.day}"
