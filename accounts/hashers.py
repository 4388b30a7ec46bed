"""How passwords are hashed."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

MAX_HASHES_AT_ONCE = 8
_slots = BoundedSemaphore(MAX_HASHES_AT_ONCE)


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's 19 MiB, two passes, one lane (password storage cheat sheet, 2025).

    Django's default takes 100 MiB for each attempt, so that a flood of sign-ins would fill the memory
    of a small server. For the same reason the ninth attempt waits for a slot.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _slots:
            return super().verify(password, encoded)
