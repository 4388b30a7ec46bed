"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's 19 MiB, two passes, one lane (password storage cheat sheet, 2025).

    Django's default takes 100 MiB for each attempt, so that a flood of sign-ins would fill the memory
    of a small server.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
