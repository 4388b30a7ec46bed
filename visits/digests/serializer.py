"""How jobs are written into the queue: as signed JSON. What huey does by itself, pickle, runs code."""

from __future__ import annotations

import json

from django.utils.crypto import salted_hmac
from huey.registry import Message
from huey.serializer import SignedSerializer

SALT = "visits.digests.queue"


class JsonSerializer(SignedSerializer):
    """Signed JSON. Raises TypeError for a job with anything else in it, ValueError for a forged one."""

    def __init__(self) -> None:
        super().__init__(secret=salted_hmac(SALT, "", algorithm="sha256").hexdigest(), salt=SALT)

    def _serialize(self, message: Message) -> bytes:
        return self._sign(json.dumps(message._asdict()).encode())

    def _deserialize(self, signed: bytes) -> Message:
        return Message(**json.loads(self._unsign(bytes(signed))))
